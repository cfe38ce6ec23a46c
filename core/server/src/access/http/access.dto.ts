import { ROLES, type Role } from '@perennial/contract';
import { IsIn, IsString, Length, Matches } from 'class-validator';

export class SignInBody {
  @IsString() @Length(1, 64) name!: string;
  @IsString() @Length(1, 256) password!: string;
}

export class PasswordBody {
  @IsString() @Length(1, 256) current!: string;
  @IsString() @Length(1, 256) next!: string;
}

export class UserBody {
  @Matches(/^[\p{L}\p{N}._-]{2,64}$/u, { message: 'name takes 2 to 64 letters, digits, dots, dashes' }) name!: string;
  @IsIn(ROLES) role!: Role;
  @IsString() @Length(1, 256) password!: string;
}

export class RoleBody {
  @IsIn(ROLES) role!: Role;
}

export class TokenBody {
  @IsString() @Length(1, 255) title!: string;
  @IsIn(ROLES) role!: Role;
}
