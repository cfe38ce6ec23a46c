import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Length, Matches, Max, Min } from 'class-validator';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

export class DaysQuery {
  @IsOptional() @Type(() => Number) @IsInt() @Min(1) @Max(3_650) days?: number;
}

export class MatrixQuery {
  @Matches(DAY) from!: string;
  @Matches(DAY) to!: string;
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
