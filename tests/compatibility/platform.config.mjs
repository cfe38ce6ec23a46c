// The platform with the plugin whose tracker is one of the clients.
import { definePlatform } from '@perennial/kit';
import { miniprogram } from '@perennial/plugin-miniprogram';

export default definePlatform({ plugins: [miniprogram()] });
