declare module 'virtual:lab-facts' {
  export const facts: import('./facts/site-facts.ts').SiteFacts;
}
