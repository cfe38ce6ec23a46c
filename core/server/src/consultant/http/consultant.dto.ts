import {
  ASSIGNMENT_RESULTS,
  ASSIGNMENT_STATUSES,
  ASSIGNMENT_STRATEGIES,
  ASSIGNMENT_VIEWS,
  type AssignmentResult,
  type AssignmentScope,
  type AssignmentStatus,
  type AssignmentStrategy,
  type Condition,
  type ShopFrom,
  type TriggerCause,
  type WorkingHours,
} from '@perennial/contract';
import { IsBoolean, IsIn, IsInt, IsNumber, IsOptional, IsString, Length, Max, Min } from 'class-validator';
import { IsCause, IsCondition } from '../../activation/http/activation.validators.js';
import { IfSent, IsHours, IsShopFrom } from './consultant.validators.js';

export class ConsultantBody {
  @IsString() @Length(1, 64) name!: string;
  @IsString() @Length(0, 64) shop = '';
  @IsInt() @Min(0) @Max(1_000) capacity = 20;
  @IsBoolean() isOnDuty = true;
  @IsOptional() @IsHours() hours?: WorkingHours | null;
  @IsOptional() @IsString() @Length(1, 36) userId?: string | null;
}

/** `null` takes hours or user away. */
export class ConsultantChange {
  @IfSent() @IsString() @Length(1, 64) name?: string;
  @IfSent() @IsString() @Length(0, 64) shop?: string;
  @IfSent() @IsInt() @Min(0) @Max(1_000) capacity?: number;
  @IfSent() @IsBoolean() isOnDuty?: boolean;
  @IsOptional() @IsHours() hours?: WorkingHours | null;
  @IsOptional() @IsString() @Length(1, 36) userId?: string | null;
}

export class RemovalQuery {
  @IsOptional() @IsString() @Length(1, 36) to?: string;
}

export class DutyBody {
  @IsBoolean() isOnDuty!: boolean;
}

export class AssignmentRuleBody {
  @IsString() @Length(1, 255) title!: string;
  @IsCause() cause!: TriggerCause;
  @IsOptional() @IsCondition() when?: Condition;
  @IsIn(ASSIGNMENT_STRATEGIES) strategy: AssignmentStrategy = 'round-robin';
  @IsOptional() @IsShopFrom() shopFrom?: ShopFrom;
  @IsIn(['anyone', 'wait']) fallback: 'anyone' | 'wait' = 'anyone';
  @IsInt() @Min(1) @Max(43_200) slaMinutes = 30;
  @IsInt() @Min(0) @Max(20) maxHops = 2;
  @IsBoolean() withdraws = false;
  @IsBoolean() isEnabled = true;
}

/** `null` takes the condition or the source of the shop away. */
export class AssignmentRuleChange {
  @IfSent() @IsString() @Length(1, 255) title?: string;
  @IfSent() @IsCause() cause?: TriggerCause;
  @IsOptional() @IsCondition() when?: Condition | null;
  @IfSent() @IsIn(ASSIGNMENT_STRATEGIES) strategy?: AssignmentStrategy;
  @IsOptional() @IsShopFrom() shopFrom?: ShopFrom | null;
  @IfSent() @IsIn(['anyone', 'wait']) fallback?: 'anyone' | 'wait';
  @IfSent() @IsInt() @Min(1) @Max(43_200) slaMinutes?: number;
  @IfSent() @IsInt() @Min(0) @Max(20) maxHops?: number;
  @IfSent() @IsBoolean() withdraws?: boolean;
  @IfSent() @IsBoolean() isEnabled?: boolean;
}

export class AssignmentQuery {
  @IsOptional() @IsIn(ASSIGNMENT_VIEWS) view: AssignmentScope = 'all';
  @IsOptional() @IsIn(ASSIGNMENT_STATUSES) status?: AssignmentStatus;
  @IsOptional() @IsString() @Length(1, 36) consultant?: string;
  @IsOptional() @IsString() @Length(1, 36) rule?: string;
  @IsOptional() @IsString() @Length(1, 64) shop?: string;
  @IsOptional() @IsString() @Length(1, 16) profile?: string;
  @IsOptional() @IsIn(['true', 'false']) isOverdue?: string;
  @IsOptional() @IsString() limit?: string;
  @IsOptional() @IsString() cursor?: string;
}

export class CountsQuery {
  @IsOptional() @IsIn(ASSIGNMENT_VIEWS) view: AssignmentScope = 'all';
}

export class NoteBody {
  @IsOptional() @IsString() @Length(0, 255) note?: string;
}

export class HandOverBody {
  @IsString() @Length(1, 36) to!: string;
  @IsOptional() @IsString() @Length(0, 255) reason?: string;
}

export class CloseBody {
  @IsIn(ASSIGNMENT_RESULTS) result!: AssignmentResult;
  @IsOptional() @IsString() @Length(0, 1_000) note?: string;
  @IsOptional() @IsNumber({ allowNaN: false, allowInfinity: false }) @Min(0) @Max(1e9) amount?: number;
}
