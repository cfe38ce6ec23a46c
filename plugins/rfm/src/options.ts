import { Field } from '@perennial/kit';
import { ArrayMinSize, IsArray, IsBoolean, IsInt, IsString, Length, Max, Min } from 'class-validator';

export class RfmOptions {
  @Field({
    title: { zh: '购买事件', en: 'Purchase events' },
    help: { zh: '哪些事件算一次购买', en: 'Which events count as a purchase' },
  })
  @IsArray()
  @ArrayMinSize(1)
  @IsString({ each: true })
  purchases: string[] = ['Order Completed', 'Product Purchased'];

  @Field({ title: { zh: '金额属性', en: 'Amount property' } })
  @IsString()
  @Length(1, 64)
  amount = 'total';

  @Field({
    title: { zh: '扣减退货', en: 'Subtract refunds' },
    help: { zh: '退货金额从消费金额中扣除', en: 'Refunds reduce the money spent' },
  })
  @IsBoolean()
  subtractsRefunds = true;

  @Field({ title: { zh: '分档数', en: 'Bins' } })
  @IsInt()
  @Min(2)
  @Max(10)
  bins = 5;

  @Field({ title: { zh: '统计天数', en: 'Days looked at' } })
  @IsInt()
  @Min(1)
  @Max(3650)
  windowDays = 365;
}
