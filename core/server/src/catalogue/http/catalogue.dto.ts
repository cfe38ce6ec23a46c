import type { JsonScalar } from '@perennial/contract';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsObject,
  IsOptional,
  IsString,
  Length,
  ValidateNested,
} from 'class-validator';

class ObjectBody {
  @IsString() @Length(1, 128) id!: string;
  @IsString() @Length(1, 255) name!: string;
  @IsObject() facts: Record<string, JsonScalar> = {};
  @IsArray() @IsString({ each: true }) tags: string[] = [];
}

export class ListQuery {
  /** Part of an id or a name. */
  @IsOptional() @IsString() @Length(0, 128) q = '';
  @IsOptional() @IsString() limit?: string;
  @IsOptional() @IsString() cursor?: string;
}

export class ObjectsBody {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => ObjectBody)
  objects!: ObjectBody[];
}
