import {
  CONFLICT_DECISIONS,
  type ConflictDecision,
  type IdentityRules,
  type KindRule,
  type NobodyRules,
  type NobodyWord,
  type SourceRule,
} from '@perennial/contract';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';

const HASH_LENGTH = 27;
const MAX_RULES = 200;

class LinkEnds {
  @IsString() @Length(HASH_LENGTH, HASH_LENGTH) a!: string;
  @IsString() @Length(HASH_LENGTH, HASH_LENGTH) b!: string;
}

export class SplitBody {
  @IsOptional() @ValidateNested() @Type(() => LinkEnds) link?: LinkEnds;
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(500)
  @ArrayUnique()
  @IsString({ each: true })
  identifiers?: string[];
  @IsOptional() @IsString() @Length(1, 255) reason?: string;
}

export class MergeBody {
  @IsArray() @ArrayMinSize(2) @ArrayMaxSize(2) @ArrayUnique() @IsString({ each: true }) profiles!: [string, string];
  @IsString() @Length(1, 255) reason!: string;
  @IsOptional() @IsBoolean() isForced = false;
}

export class ReasonBody {
  @IsString() @Length(1, 255) reason!: string;
}

export class LinkBody extends LinkEnds {
  @IsString() @Length(1, 255) reason!: string;
}

export class SettleBody extends ReasonBody {
  @IsIn(CONFLICT_DECISIONS) decision!: ConflictDecision;
}

class WantedIdentifier {
  @IsString() @Length(1, 64) kind!: string;
  @IsString() @Length(1, 4096) value!: string;
  @IsOptional() @IsString() @Length(0, 255) namespace?: string;
}

export class ResolveBody {
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => WantedIdentifier)
  identifiers!: WantedIdentifier[];
}

class KindRuleBody implements KindRule {
  @IsString() @Length(1, 64) key!: string;
  @IsBoolean() isOn!: boolean;
  @IsIn(['strong', 'medium', 'weak']) strength!: KindRule['strength'];
  @IsInt() @Min(0) @Max(1_000_000) priority!: number;
  @IsOptional() @IsInt() @Min(1) perProfile?: number;
  @IsOptional() @IsIn(['conflict', 'refuse', 'replace_oldest']) overLimit?: NonNullable<KindRule['overLimit']>;
  @IsOptional() @IsInt() @Min(2) peoplePerValue?: number;
  @IsOptional() @IsInt() @Min(1) lifetimeDays?: number;
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(1000)
  @IsString({ each: true })
  @Length(1, 255, { each: true })
  blocked?: string[];
}

class SourceRuleBody implements SourceRule {
  @IsString() @Length(1, 64) sourceId!: string;
  @IsBoolean() mayLink!: boolean;
  @IsOptional() @IsBoolean() mayBind?: boolean;
  @IsOptional() @IsBoolean() mayConsent?: boolean;
  @IsInt() @Min(0) @Max(1_000_000) rank!: number;
}

class NobodyWordBody implements NobodyWord {
  @IsString() @Length(1, 64) value!: string;
  @IsString() @Length(1, 255) reason!: string;
}

class NobodyBody implements NobodyRules {
  @IsArray() @ArrayMaxSize(1000) @ValidateNested({ each: true }) @Type(() => NobodyWordBody) added!: NobodyWordBody[];
  @IsArray() @ArrayMaxSize(1000) @ValidateNested({ each: true }) @Type(() => NobodyWordBody) removed!: NobodyWordBody[];
}

class RulesDto implements IdentityRules {
  @IsArray() @ArrayMaxSize(MAX_RULES) @ValidateNested({ each: true }) @Type(() => KindRuleBody) kinds!: KindRuleBody[];
  @IsArray()
  @ArrayMaxSize(MAX_RULES)
  @ValidateNested({ each: true })
  @Type(() => SourceRuleBody)
  sources!: SourceRuleBody[];
  @IsOptional() @ValidateNested() @Type(() => NobodyBody) nobody?: NobodyBody;
}

export class TrialBody {
  @ValidateNested() @Type(() => RulesDto) rules!: RulesDto;
}

export class InForceBody extends TrialBody {
  @IsString() @Length(1, 255) note!: string;
  @IsString() @Length(36, 36) trialId!: string;
}
