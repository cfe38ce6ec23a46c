import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import type { EventPair, ParityAsk, ParityResult } from '@perennial/contract';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsNumber,
  IsOptional,
  IsString,
  Length,
  Max,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { Needs } from '../../access/index.js';
import { IsDay } from '../../http/is-day.js';
import { Parity } from '../parity.js';

class PairBody implements EventPair {
  @IsString() @Length(1, 255) old!: string;
  @IsString() @Length(1, 255) ours!: string;
}

class OldBody {
  @ValidateIf((old: OldBody) => old.csv === undefined) @IsString() @Length(1, 36) sourceId?: string;
  @IsOptional() @IsString() @MaxLength(900_000) csv?: string;
}

class ParityBody {
  @ValidateNested() @Type(() => OldBody) old!: OldBody;
  @IsString() @Length(1, 36) oursId!: string;
  @IsDay() from!: string;
  @IsDay() to!: string;
  @IsOptional() @IsArray() @ArrayMaxSize(500) @ValidateNested({ each: true }) @Type(() => PairBody) pairs?: PairBody[];
  @IsNumber() @Min(0) @Max(1) threshold = 0.05;
}

@Controller('api/v1/parity')
export class ParityController {
  constructor(private readonly parity: Parity) {}

  /** Reads only; the question is too long for an address. */
  @Needs('viewer')
  @Post()
  @HttpCode(200)
  compare(@Body() body: ParityBody): Promise<ParityResult> {
    return this.parity.compare(body as ParityAsk);
  }
}
