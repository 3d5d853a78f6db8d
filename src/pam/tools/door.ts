/*
 * What `banyan/tools` gives to programs outside: definitions, formats, and callables without any service. Nothing
 * reached from here needs Node: it runs in browsers, in Deno and in edge functions as it is.
 */
export { boundResult, MAX_RESULT_CHARACTERS } from "./bound-result.ts";
export type { CallableOptions, ToolCallable } from "./call-tool.ts";
export { chatCompletionsFormat } from "./formats/chat-completions.ts";
export { claudeFormat } from "./formats/claude.ts";
export { realtimeFormat } from "./formats/realtime.ts";
export { responsesFormat } from "./formats/responses.ts";
export type {
  PublishedTool,
  ReadableCall,
  ToolAnswer,
  ToolCall,
  ToolFormat,
  UnreadableCall,
} from "./formats/tool-call.ts";
export type { JsonSchema } from "./json-schema.ts";
export type { ToolPorts, ToolServices } from "./ports.ts";
export { chooseTools, type ToolChoice } from "./prefilter/choose-tools.ts";
export {
  getMinimalCoreTools,
  getToolFunctionMap,
  getToolSchemas,
  needsConfirmation,
} from "./registry.ts";
export {
  createOutsideServices,
  type OutsideServicesOptions,
  type ServiceKeys,
} from "./services/outside-services.ts";
export type { ToolErrorCode } from "./tool-error.ts";
export type { ToolFailure, ToolResult, ToolSuccess } from "./tool-result.ts";
export type { ToolCaller, ToolCategory, ToolSchema } from "./tool.ts";
