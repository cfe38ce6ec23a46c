import { Field } from '@perennial/kit';
import { IsTimeZone } from 'class-validator';

export class CsvOptions {
  @Field({
    title: { zh: '默认时区', en: 'Default time zone' },
    help: {
      zh: '文件中的时间默认属于哪个时区',
      en: 'Which zone the times of a file belong to when the mapping names none',
    },
  })
  @IsTimeZone()
  timeZone = 'Asia/Shanghai';
}
