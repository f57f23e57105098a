// The input shapes of Bedrock Runtime: service model bedrock-runtime 2023-09-30 as in botocore
// 1.43.11, in the form of aws/shapes.h. `modelId` and the pattern of a guardrail's id are not
// among them: Bedrock refuses them in sentences of its own. ContentBlocks are not marked sensitive
// there, but AWS does not repeat their values (maki 38, read 2026-11).
#include "emulator/bedrock/service_model.h"

namespace bedlam::bedrock {
namespace {

constexpr std::string_view kTable = R"model(
ApplyGuardrailRequest structure guardrailIdentifier:GuardrailIdentifier!
  guardrailVersion:GuardrailVersion! source:GuardrailContentSource!
  content:GuardrailContentBlockList! outputScope:GuardrailOutputScope
GuardrailIdentifier string 0..2048
GuardrailVersion string ~(|([1-9][0-9]{0,7})|(DRAFT))
GuardrailContentSource enum INPUT OUTPUT
GuardrailContentBlockList list GuardrailContentBlock
GuardrailContentBlock union text:GuardrailTextBlock image:GuardrailImageBlock
GuardrailTextBlock structure text:String! qualifiers:GuardrailContentQualifierList
String string
GuardrailContentQualifierList list GuardrailContentQualifier
GuardrailContentQualifier enum grounding_source query guard_content
GuardrailImageBlock structure sensitive format:GuardrailImageFormat! source:GuardrailImageSource!
GuardrailImageFormat enum png jpeg
GuardrailImageSource union sensitive bytes:GuardrailImageSourceBytesBlob
GuardrailImageSourceBytesBlob blob 1..
GuardrailOutputScope enum INTERVENTIONS FULL
ConverseRequest structure messages:Messages system:SystemContentBlocks
  inferenceConfig:InferenceConfiguration toolConfig:ToolConfiguration
  guardrailConfig:GuardrailConfiguration additionalModelRequestFields:Document
  promptVariables:PromptVariableMap
  additionalModelResponseFieldPaths:ConverseRequestAdditionalModelResponseFieldPathsList
  requestMetadata:RequestMetadata performanceConfig:PerformanceConfiguration
  serviceTier:ServiceTier outputConfig:OutputConfig
Messages list Message
Message structure role:ConversationRole! content:ContentBlocks!
ConversationRole enum user assistant
ContentBlocks list ContentBlock sensitive
ContentBlock union text:String image:ImageBlock document:DocumentBlock video:VideoBlock
  audio:AudioBlock toolUse:ToolUseBlock toolResult:ToolResultBlock
  guardContent:GuardrailConverseContentBlock cachePoint:CachePointBlock
  reasoningContent:ReasoningContentBlock citationsContent:CitationsContentBlock
  searchResult:SearchResultBlock
ImageBlock structure format:ImageFormat! source:ImageSource! error:ErrorBlock
ImageFormat enum png jpeg gif webp
ImageSource union sensitive bytes:ImageSourceBytesBlob s3Location:S3Location
ImageSourceBytesBlob blob 1..
S3Location structure uri:S3Uri! bucketOwner:AccountId
S3Uri string 1..1024 ~s3://[a-z0-9][\.\-a-z0-9]{1,61}[a-z0-9](/.*)?
AccountId string ~[0-9]{12}
ErrorBlock structure sensitive message:String
DocumentBlock structure format:DocumentFormat name:DocumentBlockNameString!
  source:DocumentSource! context:String citations:CitationsConfig
DocumentFormat enum pdf csv doc docx xls xlsx html txt md
DocumentBlockNameString string 1..200
DocumentSource union bytes:DocumentSourceBytesBlob s3Location:S3Location text:String
  content:DocumentContentBlocks
DocumentSourceBytesBlob blob 1..
DocumentContentBlocks list DocumentContentBlock
DocumentContentBlock union text:String
CitationsConfig structure enabled:Boolean!
Boolean boolean
VideoBlock structure format:VideoFormat! source:VideoSource!
VideoFormat enum mkv mov mp4 webm flv mpeg mpg wmv three_gp
VideoSource union bytes:VideoSourceBytesBlob s3Location:S3Location
VideoSourceBytesBlob blob 1..
AudioBlock structure format:AudioFormat! source:AudioSource! error:ErrorBlock
AudioFormat enum mp3 opus wav aac flac mp4 ogg mkv mka x-aac m4a mpeg mpga pcm webm
AudioSource union sensitive bytes:AudioSourceBytesBlob s3Location:S3Location
AudioSourceBytesBlob blob 1..
ToolUseBlock structure toolUseId:ToolUseId! name:ToolName! input:Document! type:ToolUseType
ToolUseId string 1..64 ~[a-zA-Z0-9_.:-]+
ToolName string 1..64 ~[a-zA-Z0-9_-]+
Document any
ToolUseType enum server_tool_use
ToolResultBlock structure toolUseId:ToolUseId! content:ToolResultContentBlocks!
  status:ToolResultStatus type:String
ToolResultContentBlocks list ToolResultContentBlock
ToolResultContentBlock union json:Document text:String image:ImageBlock document:DocumentBlock
  video:VideoBlock searchResult:SearchResultBlock
SearchResultBlock structure source:String! title:String! content:SearchResultContentBlocks!
  citations:CitationsConfig
SearchResultContentBlocks list SearchResultContentBlock
SearchResultContentBlock structure text:String!
ToolResultStatus enum success error
GuardrailConverseContentBlock union text:GuardrailConverseTextBlock
  image:GuardrailConverseImageBlock
GuardrailConverseTextBlock structure text:String! qualifiers:GuardrailConverseContentQualifierList
GuardrailConverseContentQualifierList list GuardrailConverseContentQualifier
GuardrailConverseContentQualifier enum grounding_source query guard_content
GuardrailConverseImageBlock structure sensitive format:GuardrailConverseImageFormat!
  source:GuardrailConverseImageSource!
GuardrailConverseImageFormat enum png jpeg
GuardrailConverseImageSource union sensitive bytes:GuardrailConverseImageSourceBytesBlob
GuardrailConverseImageSourceBytesBlob blob 1..
CachePointBlock structure type:CachePointType! ttl:CacheTTL
CachePointType enum default
CacheTTL enum 5m 1h
ReasoningContentBlock union sensitive reasoningText:ReasoningTextBlock redactedContent:Blob
ReasoningTextBlock structure sensitive text:String! signature:String
Blob blob
CitationsContentBlock structure content:CitationGeneratedContentList citations:Citations
CitationGeneratedContentList list CitationGeneratedContent
CitationGeneratedContent union text:String
Citations list Citation
Citation structure title:String source:String sourceContent:CitationSourceContentList
  location:CitationLocation
CitationSourceContentList list CitationSourceContent
CitationSourceContent union text:String
CitationLocation union web:WebLocation documentChar:DocumentCharLocation
  documentPage:DocumentPageLocation documentChunk:DocumentChunkLocation
  searchResultLocation:SearchResultLocation
WebLocation structure url:String domain:String
DocumentCharLocation structure documentIndex:DocumentCharLocationDocumentIndexInteger
  start:DocumentCharLocationStartInteger end:DocumentCharLocationEndInteger
DocumentCharLocationDocumentIndexInteger integer 0..
DocumentCharLocationStartInteger integer 0..
DocumentCharLocationEndInteger integer 0..
DocumentPageLocation structure documentIndex:DocumentPageLocationDocumentIndexInteger
  start:DocumentPageLocationStartInteger end:DocumentPageLocationEndInteger
DocumentPageLocationDocumentIndexInteger integer 0..
DocumentPageLocationStartInteger integer 0..
DocumentPageLocationEndInteger integer 0..
DocumentChunkLocation structure documentIndex:DocumentChunkLocationDocumentIndexInteger
  start:DocumentChunkLocationStartInteger end:DocumentChunkLocationEndInteger
DocumentChunkLocationDocumentIndexInteger integer 0..
DocumentChunkLocationStartInteger integer 0..
DocumentChunkLocationEndInteger integer 0..
SearchResultLocation structure searchResultIndex:SearchResultLocationSearchResultIndexInteger
  start:SearchResultLocationStartInteger end:SearchResultLocationEndInteger
SearchResultLocationSearchResultIndexInteger integer 0..
SearchResultLocationStartInteger integer 0..
SearchResultLocationEndInteger integer 0..
SystemContentBlocks list SystemContentBlock
SystemContentBlock union text:NonEmptyString guardContent:GuardrailConverseContentBlock
  cachePoint:CachePointBlock
NonEmptyString string 1..
InferenceConfiguration structure maxTokens:InferenceConfigurationMaxTokensInteger
  temperature:InferenceConfigurationTemperatureFloat topP:InferenceConfigurationTopPFloat
  stopSequences:InferenceConfigurationStopSequencesList
InferenceConfigurationMaxTokensInteger integer 1..
InferenceConfigurationTemperatureFloat float 0..1
InferenceConfigurationTopPFloat float 0..1
InferenceConfigurationStopSequencesList list NonEmptyString 0..2500
ToolConfiguration structure tools:ToolConfigurationToolsList! toolChoice:ToolChoice
ToolConfigurationToolsList list Tool 1..
Tool union toolSpec:ToolSpecification systemTool:SystemTool cachePoint:CachePointBlock
ToolSpecification structure name:ToolName! description:NonEmptyString
  inputSchema:ToolInputSchema! strict:Boolean
ToolInputSchema union json:Document
SystemTool structure name:ToolName!
ToolChoice union auto:AutoToolChoice any:AnyToolChoice tool:SpecificToolChoice
AutoToolChoice structure 
AnyToolChoice structure 
SpecificToolChoice structure name:ToolName!
GuardrailConfiguration structure guardrailIdentifier:GuardrailIdentifier
  guardrailVersion:GuardrailVersion trace:GuardrailTrace
GuardrailTrace enum enabled disabled enabled_full
PromptVariableMap map String PromptVariableValues sensitive
PromptVariableValues union text:String
ConverseRequestAdditionalModelResponseFieldPathsList list
  ConverseRequestAdditionalModelResponseFieldPathsListMemberString 0..10
ConverseRequestAdditionalModelResponseFieldPathsListMemberString string 1..256
RequestMetadata map RequestMetadataKeyString RequestMetadataValueString 1..16 sensitive
RequestMetadataKeyString string 1..256 ~[a-zA-Z0-9\s:_@$#=/+,-.]{1,256}
RequestMetadataValueString string 0..256 ~[a-zA-Z0-9\s:_@$#=/+,-.]{0,256}
PerformanceConfiguration structure latency:PerformanceConfigLatency
PerformanceConfigLatency enum standard optimized
ServiceTier structure type:ServiceTierType!
ServiceTierType enum priority default flex reserved
OutputConfig structure textFormat:OutputFormat
OutputFormat structure type:OutputFormatType! structure:OutputFormatStructure!
OutputFormatType enum json_schema
OutputFormatStructure union sensitive jsonSchema:JsonSchemaDefinition
JsonSchemaDefinition structure schema:String! name:String description:String
ConverseStreamRequest structure messages:Messages system:SystemContentBlocks
  inferenceConfig:InferenceConfiguration toolConfig:ToolConfiguration
  guardrailConfig:GuardrailStreamConfiguration additionalModelRequestFields:Document
  promptVariables:PromptVariableMap
  additionalModelResponseFieldPaths:ConverseStreamRequestAdditionalModelResponseFieldPathsList
  requestMetadata:RequestMetadata performanceConfig:PerformanceConfiguration
  serviceTier:ServiceTier outputConfig:OutputConfig
GuardrailStreamConfiguration structure guardrailIdentifier:GuardrailIdentifier
  guardrailVersion:GuardrailVersion trace:GuardrailTrace
  streamProcessingMode:GuardrailStreamProcessingMode
GuardrailStreamProcessingMode enum sync async
ConverseStreamRequestAdditionalModelResponseFieldPathsList list
  ConverseStreamRequestAdditionalModelResponseFieldPathsListMemberString 0..10
ConverseStreamRequestAdditionalModelResponseFieldPathsListMemberString string 1..256
CountTokensRequest structure input:CountTokensInput!
CountTokensInput union invokeModel:InvokeModelTokensRequest converse:ConverseTokensRequest
InvokeModelTokensRequest structure body:Body!
Body blob 0..25000000 sensitive
ConverseTokensRequest structure messages:Messages system:SystemContentBlocks
  toolConfig:ToolConfiguration additionalModelRequestFields:Document
GetAsyncInvokeRequest structure invocationArn:InvocationArn!
InvocationArn string 1..2048 ~arn:aws(-[^:]+)?:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:async-invoke/[a-z0-9]{12}
InvokeModelRequest structure body:Body contentType:MimeType accept:MimeType trace:Trace
  guardrailIdentifier:GuardrailIdentifier guardrailVersion:GuardrailVersion
  performanceConfigLatency:PerformanceConfigLatency serviceTier:ServiceTierType
InvokeModelWithResponseStreamRequest structure body:Body contentType:MimeType accept:MimeType trace:Trace
  guardrailIdentifier:GuardrailIdentifier guardrailVersion:GuardrailVersion
  performanceConfigLatency:PerformanceConfigLatency serviceTier:ServiceTierType
MimeType string
Trace enum ENABLED DISABLED ENABLED_FULL
ListAsyncInvokesRequest structure submitTimeAfter:Timestamp submitTimeBefore:Timestamp
  statusEquals:AsyncInvokeStatus maxResults:MaxResults nextToken:PaginationToken
  sortBy:SortAsyncInvocationBy sortOrder:SortOrder
Timestamp timestamp
AsyncInvokeStatus enum InProgress Completed Failed
MaxResults integer 1..1000
PaginationToken string 1..2048 ~\S*
SortAsyncInvocationBy enum SubmissionTime
SortOrder enum Ascending Descending
StartAsyncInvokeRequest structure clientRequestToken:AsyncInvokeIdempotencyToken
  modelInput:ModelInputPayload! outputDataConfig:AsyncInvokeOutputDataConfig! tags:TagList
AsyncInvokeIdempotencyToken string 1..256 ~[!-~]*
ModelInputPayload any
AsyncInvokeOutputDataConfig union s3OutputDataConfig:AsyncInvokeS3OutputDataConfig
AsyncInvokeS3OutputDataConfig structure s3Uri:S3Uri! kmsKeyId:KmsKeyId bucketOwner:AccountId
KmsKeyId string 1..2048 ~arn:aws(-[^:]+)?:kms:[a-zA-Z0-9-]*:[0-9]{12}:((key/[a-zA-Z0-9-]{36})|(alias/[a-zA-Z0-9-_/]+))
TagList list Tag 0..200
Tag structure key:TagKey! value:TagValue!
TagKey string 1..128 ~[a-zA-Z0-9\s._:/=+@-]*
TagValue string 0..256 ~[a-zA-Z0-9\s._:/=+@-]*)model";

}  // namespace

const aws::Shapes& service_model() {
  static const aws::Shapes kShapes(kTable);
  return kShapes;
}

}  // namespace bedlam::bedrock
