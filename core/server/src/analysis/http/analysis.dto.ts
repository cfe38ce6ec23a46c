import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { IsDay } from '../../http/is-day.js';

export class DaysQuery {
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(3_650) days?: number;
}

export class MatrixQuery {
  @IsDay() from!: string;
  @IsDay() to!: string;
}

export class RetentionQuery {
  @IsString() @Length(1, 256) event!: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(36) months = 12;
}

export class PathsQuery {
  @IsString() @Length(1, 256) goal!: string;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(8) steps = 5;
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(400) days = 90;
}
