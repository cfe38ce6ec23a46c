import type { Condition, JsonObject, TriggerCause } from '@perennial/contract';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsObject,
  IsOptional,
  IsString,
  Length,
} from 'class-validator';
import { IsCause, IsCondition } from './activation.validators.js';

export class DestinationBody {
  @IsString() @Length(1, 255) title!: string;
  @IsString() @Length(1, 128) activation!: string;
  @IsObject() options!: JsonObject;
  @IsBoolean() isEnabled = true;
}

export class DestinationChange {
  @IsOptional() @IsString() @Length(1, 255) title?: string;
  @IsOptional() @IsObject() options?: JsonObject;
  @IsOptional() @IsBoolean() isEnabled?: boolean;
}

export class TriggerBody {
  @IsString() @Length(1, 255) title!: string;
  @IsCause() cause!: TriggerCause;
  @IsOptional() @IsCondition() when?: Condition;
  @IsString() @Length(1, 36) destinationId!: string;
  @IsObject() payload: JsonObject = {};
  @IsBoolean() isEnabled = true;
}

export class TriggerChange {
  @IsOptional() @IsString() @Length(1, 255) title?: string;
  @IsOptional() @IsCause() cause?: TriggerCause;
  @IsOptional() @IsCondition() when?: Condition;
  @IsOptional() @IsString() @Length(1, 36) destinationId?: string;
  @IsOptional() @IsObject() payload?: JsonObject;
  @IsOptional() @IsBoolean() isEnabled?: boolean;
}

export class ReplayBody {
  @IsArray() @ArrayMinSize(1) @ArrayMaxSize(500) @IsString({ each: true }) ids!: string[];
}
