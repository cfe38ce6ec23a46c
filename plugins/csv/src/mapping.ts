import { Field } from '@perennial/kit';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsDefined,
  IsIn,
  IsOptional,
  IsString,
  IsTimeZone,
  Length,
  ValidateBy,
  ValidateNested,
} from 'class-validator';

export const TIME_FORMATS = [
  'iso',
  'yyyy-MM-dd HH:mm:ss',
  'yyyy/MM/dd HH:mm',
  'yyyy-MM-dd',
  'excel-serial',
  'epoch-s',
  'epoch-ms',
] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

export class TimeMapping {
  @IsString() @Length(1, 255) column!: string;
  @IsIn(TIME_FORMATS) format: TimeFormat = 'yyyy-MM-dd HH:mm:ss';
  /** IANA name: what the wall clock of the file is; absent means the plugin's default. */
  @IsOptional() @IsTimeZone() timeZone?: string;
}

export class IdentifierMapping {
  @IsString() @Length(1, 255) column!: string;
  /** `userId`, `anonymousId`, or an identifier kind such as `phone`. */
  @IsString() @Length(1, 64) kind!: string;
  @IsOptional() @IsString() @Length(1, 255) namespace?: string;
  /** `integer` reads 17850.0 as 17850, as spreadsheets write numbers. */
  @IsIn(['text', 'integer', 'phone']) format: 'text' | 'integer' | 'phone' = 'text';
}

export class PropertyMapping {
  @IsString() @Length(1, 255) column!: string;
  @IsString() @Length(1, 64) as!: string;
  @IsIn(['text', 'number', 'boolean']) type: 'text' | 'number' | 'boolean' = 'text';
  /** A number is multiplied by this column's: quantity times price. */
  @IsOptional() @IsString() @Length(1, 255) multiplyBy?: string;
}

export const SKIP_TESTS = ['empty', 'is', 'in', 'startsWith', 'lt', 'lte', 'gt', 'gte'] as const;

export class SkipRule {
  @IsString() @Length(1, 255) column!: string;
  @IsIn(SKIP_TESTS) test!: (typeof SKIP_TESTS)[number];
  /** A text, a number, or a list of texts for `in`. */
  @ValidateBy({
    name: 'suitsTest',
    validator: {
      validate: (value, args) => suits((args!.object as SkipRule).test, value),
      defaultMessage: () => '$property must be what the test of the rule asks for',
    },
  })
  value?: string | number | string[];
  /** Shown and counted for every row that it leaves out. */
  @IsString() @Length(1, 255) reason!: string;
}

/** A comparison without a number would hold for no row, and nobody would be told. */
function suits(test: SkipRule['test'], value: unknown): boolean {
  if (test === 'empty') return value === undefined;
  if (test === 'in') return Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
  if (test === 'is' || test === 'startsWith')
    return (typeof value === 'string' && value !== '') || (test === 'is' && typeof value === 'number');
  return typeof value === 'number' && Number.isFinite(value);
}

/** How the rows of a file become events: data that an operator edits, never code. */
export class CsvMapping {
  @Field({
    title: { zh: '事件类型', en: 'Event type' },
    choices: [
      { value: 'track', title: { zh: '行为', en: 'Act' } },
      { value: 'identify', title: { zh: '客户资料', en: 'Facts about a person' } },
    ],
  })
  @IsIn(['track', 'identify'])
  type: 'track' | 'identify' = 'track';

  @Field({
    title: { zh: '事件名称', en: 'Event name' },
    help: { zh: '例如 Order Completed；“资料”类型可不填', en: 'For example Order Completed; not needed for facts' },
  })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  event?: string;

  @Field({
    title: { zh: '事件名称所在列', en: 'Column of the event name' },
    help: { zh: '该列为空时使用上面的名称', en: 'Where it is empty the name above is used' },
  })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  eventColumn?: string;

  @Field({ title: { zh: '时间', en: 'Time' }, isJson: true })
  @IsDefined()
  @ValidateNested()
  @Type(() => TimeMapping)
  at!: TimeMapping;

  @Field({ title: { zh: '标识', en: 'Identifiers' }, isJson: true })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => IdentifierMapping)
  identifiers!: IdentifierMapping[];

  @Field({ title: { zh: '事件属性', en: 'Properties' }, isJson: true })
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => PropertyMapping)
  properties: PropertyMapping[] = [];

  @Field({ title: { zh: '客户属性', en: 'Traits' }, isJson: true })
  @IsArray()
  @ArrayMaxSize(200)
  @ValidateNested({ each: true })
  @Type(() => PropertyMapping)
  traits: PropertyMapping[] = [];

  @Field({
    title: { zh: '跳过规则', en: 'Rows to leave out' },
    help: { zh: '按顺序检查，先匹配者生效', en: 'Tried in order, the first that holds counts' },
    isJson: true,
  })
  @IsArray()
  @ArrayMaxSize(50)
  @ValidateNested({ each: true })
  @Type(() => SkipRule)
  skipWhen: SkipRule[] = [];
}
