import type { Text } from '@perennial/contract';
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { en } from './en.js';
import { zh, type TextKey, type Texts } from './zh.js';

export type Language = 'zh' | 'en';

interface Speech {
  language: Language;
  texts: Texts;
  /** A text that comes in both languages from core. */
  say: (text: Text | undefined) => string;
  /** The text of an error code, or the fallback where there is none. */
  sayCode: (code: string, fallback: string) => string;
  switchLanguage: () => void;
}

const STORED = 'perennial.language';
const Context = createContext<Speech | undefined>(undefined);

function remembered(): Language {
  try {
    return localStorage.getItem(STORED) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh';
  }
}

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(remembered);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const speech = useMemo<Speech>(() => {
    const texts = language === 'zh' ? zh : en;
    return {
      language,
      texts,
      say: (text) => text?.[language] ?? '',
      sayCode: (code, fallback) => (code in texts ? texts[code as TextKey] : fallback),
      switchLanguage: () => {
        const next = language === 'zh' ? 'en' : 'zh';
        localStorage.setItem(STORED, next);
        setLanguage(next);
      },
    };
  }, [language]);
  return <Context.Provider value={speech}>{children}</Context.Provider>;
}

export function useSpeech(): Speech {
  const speech = useContext(Context);
  if (!speech) throw new Error('there is no LanguageProvider above');
  return speech;
}
