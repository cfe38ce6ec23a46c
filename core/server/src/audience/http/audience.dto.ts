import type { AudienceDefinition } from '@perennial/contract';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
} from 'class-validator';

/** The language has its own checker, which knows places and both languages; see `definition/language.ts`. */
export class RuleBody {
  @IsObject() rule!: object;
  /** Whose preview it is; a tab of the editor makes one up. */
  @IsOptional() @IsString() @Length(0, 64) session = '';
}

export class SaveBody {
  @IsObject() definition!: Omit<AudienceDefinition, 'version' | 'owner'>;
  @IsInt() @Min(0) @Max(1e9) expectedVersion!: number;
}

export class OverlapBody {
  @IsArray() @ArrayMinSize(2) @ArrayMaxSize(10) @ArrayUnique() @IsString({ each: true }) keys!: string[];
}

export class ExportQuery {
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) run?: number;
  @IsOptional() @IsString() @Length(0, 10_000) columns?: string;
  @IsOptional() @IsString() @Length(1, 32) after?: string;
  @IsOptional() @IsIn(['zh', 'en']) language?: 'zh' | 'en';
}

export class PlainExportBody {
  @IsString() @Length(1, 200) reason!: string;
  @IsArray() @ArrayMaxSize(50) @IsString({ each: true }) @Length(1, 200, { each: true }) columns!: string[];
  @IsOptional() @IsInt() @Min(1) run?: number;
  @IsOptional() @IsString() @Length(1, 32) after?: string;
  @IsOptional() @IsIn(['zh', 'en']) language?: 'zh' | 'en';
}
