import type { Json, TagDefinition } from '@perennial/contract';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  Allow,
  IsArray,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

/** The language has its own checker, which knows places and both languages; see `definition/language.ts`. */
export class CheckBody {
  @IsObject() definition!: object;
}

export class PreviewBody {
  @IsObject() definition!: TagDefinition;
}

export class PublishBody {
  @IsObject() definition!: TagDefinition;
  @IsInt() @Min(0) @Max(1e9) expectedVersion!: number;
  @IsOptional() @IsString() @Length(0, 255) note = '';
}

export class TakeBody {
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(100) @IsString({ each: true }) keys!: string[];
}

class ManualValueBody {
  @IsString() @Length(1, 64) profile!: string;
  /** `null` takes the value away; what else it may be is the tag's to say. */
  @Allow() value: Json = null;
  @IsOptional() @IsInt() @Min(0) @Max(8.64e15) expiresAt?: number;
}

export class ManualBody {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => ManualValueBody)
  values!: ManualValueBody[];
}
