import { ROLES, TOKEN_SCOPES, type Role, type TokenScope } from '@perennial/contract';
import { ArrayMinSize, ArrayUnique, IsArray, IsIn, IsInt, IsString, Length, Matches, Max, Min } from 'class-validator';

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
  /** With `token:` before it, it is the user of the audit, whose column has 64 characters. */
  @IsString() @Length(1, 58) title!: string;
  @IsIn(ROLES) role!: Role;
  /** By default it neither sees plain personal data nor touches users, tokens and the audit. */
  @IsArray() @ArrayMinSize(1) @ArrayUnique() @IsIn(TOKEN_SCOPES, { each: true }) scopes: TokenScope[] = [
    'read',
    'manage',
  ];
  @IsInt() @Min(1) @Max(3650) days = 365;
}
