/** The part of X's public text library that the tests use as an independent counter. */
declare module 'twitter-text' {
  const twitter: { parseTweet(text: string): { weightedLength: number } };
  export default twitter;
}
