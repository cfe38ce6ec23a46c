import type { LifecycleDefinition, RestoreBody } from '@perennial/contract';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
} from 'class-validator';

/** The language has its own checker, which knows places and both languages; see `definition/language.ts`. */
export class LifecycleBody {
  @IsObject() definition!: LifecycleDefinition;
}

export class PublishLifecycleBody extends LifecycleBody {
  @IsInt() @Min(0) @Max(1e9) expectedVersion!: number;
  @IsOptional() @IsString() @Length(0, 255) note = '';
  @IsOptional() @IsBoolean() isTold = false;
  @IsOptional() @IsArray() @ArrayMaxSize(30) @IsString({ each: true }) letGo: string[] = [];
}

export class RestoreLifecycleBody implements RestoreBody {
  @IsInt() @Min(1) @Max(1e9) version!: number;
  @IsInt() @Min(1) @Max(1e9) expectedVersion!: number;
  @IsOptional() @IsString() @Length(0, 255) note = '';
  @IsOptional() @IsArray() @ArrayMaxSize(30) @IsString({ each: true }) letGo: string[] = [];
}

/** The enterprise's own thresholds in place of an industry's. */
export class PresetsQuery {
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(3_650) atRiskDays?: number;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(3_650) dormantDays?: number;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(3_650) lostDays?: number;
  @IsOptional() @Type(() => Number) @Min(1) @Max(1e9) highValue?: number;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(1_000) frequentOrders?: number;
}
