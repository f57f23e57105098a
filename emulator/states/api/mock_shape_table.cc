// What services answer with, for the operations that workflows mock most: the output shapes of
// their service models as in botocore 1.43.11, members as integrations spell them. One shape a
// line:
//
//   sfn:startExecution is sfn.StartExecutionOutput          of an operation
//   sfn.StartExecutionOutput structure ExecutionArn!:sfn.Arn StartDate!:string     "!": required
//   list ITEM, map VALUE, enum WORD…, string MIN..MAX, number MIN..MAX, boolean, any
//
// A line that starts with a space continues the one before. Timestamps and blobs are strings.
// MemorySize ends at 10,240 (recorded); a payload of Lambda is whatever JSON it holds.
#include "emulator/states/api/mock_shapes.h"

namespace bedlam::states {

// Far beyond what a file should be long: data.
const std::string_view kMockShapeTable = R"table(
lambda.Version string 1..1024
lambda.DurableExecutionArn string 1..1024
lambda.InvocationResponse structure StatusCode:number FunctionError:string LogResult:string
  Payload:any ExecutedVersion:lambda.Version DurableExecutionArn:lambda.DurableExecutionArn
lambda:invoke is lambda.InvocationResponse
lambda.NamespacedFunctionName string 1..256
lambda.NameSpacedFunctionArn string ..10000
lambda.Runtime enum nodejs nodejs4.3 nodejs6.10 nodejs8.10 nodejs10.x nodejs12.x nodejs14.x
  nodejs16.x java8 java8.al2 java11 python2.7 python3.6 python3.7 python3.8 python3.9
  dotnetcore1.0 dotnetcore2.0 dotnetcore2.1 dotnetcore3.1 dotnet6 dotnet8 nodejs4.3-edge go1.x
  ruby2.5 ruby2.7 provided provided.al2 nodejs18.x python3.10 java17 ruby3.2 ruby3.3 ruby3.4
  python3.11 nodejs20.x provided.al2023 python3.12 java21 python3.13 nodejs22.x nodejs24.x
  python3.14 java25 dotnet10 ruby4.0
lambda.Handler string ..128
lambda.Description string ..256
lambda.Timeout number 1..
lambda.MemorySize number 128..10240
lambda.SubnetIds list string
lambda.SecurityGroupIds list string
lambda.VpcConfigResponse structure SubnetIds:lambda.SubnetIds
  SecurityGroupIds:lambda.SecurityGroupIds VpcId:string Ipv6AllowedForDualStack:boolean
lambda.DeadLetterConfig structure TargetArn:string
lambda.EnvironmentVariables map string
lambda.EnvironmentError structure ErrorCode:string Message:string
lambda.EnvironmentResponse structure Variables:lambda.EnvironmentVariables
  Error:lambda.EnvironmentError
lambda.TracingMode enum Active PassThrough
lambda.TracingConfigResponse structure Mode:lambda.TracingMode
lambda.FunctionArn string ..10000
lambda.LayerVersionArn string 1..140
lambda.Layer structure Arn:lambda.LayerVersionArn CodeSize:number SigningProfileVersionArn:string
  SigningJobArn:string
lambda.LayersReferenceList list lambda.Layer
lambda.State enum Pending Active Inactive Failed Deactivating Deactivated ActiveNonInvocable
  Deleting
lambda.StateReasonCode enum Idle Creating Restoring EniLimitExceeded InsufficientRolePermissions
  InvalidConfiguration InternalError SubnetOutOfIPAddresses InvalidSubnet InvalidSecurityGroup
  ImageDeleted ImageAccessDenied InvalidImage KMSKeyAccessDenied KMSKeyNotFound InvalidStateKMSKey
  DisabledKMSKey EFSIOError EFSMountConnectivityError EFSMountFailure EFSMountTimeout
  InvalidRuntime InvalidZipFileException FunctionError DrainingDurableExecutions VcpuLimitExceeded
  CapacityProviderScalingLimitExceeded InsufficientCapacity EC2RequestLimitExceeded
  FunctionError.InitTimeout FunctionError.RuntimeInitError FunctionError.ExtensionInitError
  FunctionError.InvalidEntryPoint FunctionError.InvalidWorkingDirectory
  FunctionError.PermissionDenied FunctionError.TooManyExtensions
  FunctionError.InitResourceExhausted DisallowedByVpcEncryptionControl
lambda.LastUpdateStatus enum Successful Failed InProgress
lambda.LastUpdateStatusReasonCode enum EniLimitExceeded InsufficientRolePermissions
  InvalidConfiguration InternalError SubnetOutOfIPAddresses InvalidSubnet InvalidSecurityGroup
  ImageDeleted ImageAccessDenied InvalidImage KMSKeyAccessDenied KMSKeyNotFound InvalidStateKMSKey
  DisabledKMSKey EFSIOError EFSMountConnectivityError EFSMountFailure EFSMountTimeout
  InvalidRuntime InvalidZipFileException FunctionError VcpuLimitExceeded
  CapacityProviderScalingLimitExceeded InsufficientCapacity EC2RequestLimitExceeded
  FunctionError.InitTimeout FunctionError.RuntimeInitError FunctionError.ExtensionInitError
  FunctionError.InvalidEntryPoint FunctionError.InvalidWorkingDirectory
  FunctionError.PermissionDenied FunctionError.TooManyExtensions
  FunctionError.InitResourceExhausted DisallowedByVpcEncryptionControl
lambda.FileSystemArn string ..256
lambda.LocalMountPath string ..160
lambda.FileSystemConfig structure Arn!:lambda.FileSystemArn LocalMountPath!:lambda.LocalMountPath
lambda.FileSystemConfigList list lambda.FileSystemConfig
lambda.PackageType enum Zip Image
lambda.StringList list string
lambda.WorkingDirectory string ..1000
lambda.ImageConfig structure EntryPoint:lambda.StringList Command:lambda.StringList
  WorkingDirectory:lambda.WorkingDirectory
lambda.ImageConfigError structure ErrorCode:string Message:string
lambda.ImageConfigResponse structure ImageConfig:lambda.ImageConfig Error:lambda.ImageConfigError
lambda.Architecture enum x86_64 arm64
lambda.ArchitecturesList list lambda.Architecture
lambda.EphemeralStorageSize number 512..10240
lambda.EphemeralStorage structure Size!:lambda.EphemeralStorageSize
lambda.SnapStartApplyOn enum PublishedVersions None
lambda.SnapStartOptimizationStatus enum On Off
lambda.SnapStartResponse structure ApplyOn:lambda.SnapStartApplyOn
  OptimizationStatus:lambda.SnapStartOptimizationStatus
lambda.RuntimeVersionArn string 26..2048
lambda.RuntimeVersionError structure ErrorCode:string Message:string
lambda.RuntimeVersionConfig structure RuntimeVersionArn:lambda.RuntimeVersionArn
  Error:lambda.RuntimeVersionError
lambda.LogFormat enum JSON Text
lambda.ApplicationLogLevel enum TRACE DEBUG INFO WARN ERROR FATAL
lambda.SystemLogLevel enum DEBUG INFO WARN
lambda.LogGroup string 1..512
lambda.LoggingConfig structure LogFormat:lambda.LogFormat
  ApplicationLogLevel:lambda.ApplicationLogLevel SystemLogLevel:lambda.SystemLogLevel
  LogGroup:lambda.LogGroup
lambda.CapacityProviderArn string 1..140
lambda.PerExecutionEnvironmentMaxConcurrency number 1..1600
lambda.ExecutionEnvironmentMemoryGiBPerVCpu number 2.0..8.0
lambda.LambdaManagedInstancesCapacityProviderConfig structure
  CapacityProviderArn!:lambda.CapacityProviderArn
  PerExecutionEnvironmentMaxConcurrency:lambda.PerExecutionEnvironmentMaxConcurrency
  ExecutionEnvironmentMemoryGiBPerVCpu:lambda.ExecutionEnvironmentMemoryGiBPerVCpu
lambda.CapacityProviderConfig structure
  LambdaManagedInstancesCapacityProviderConfig!:lambda.LambdaManagedInstancesCapacityProviderConfig
lambda.RetentionPeriodInDays number 1..90
lambda.ExecutionTimeout number 1..31622400
lambda.DurableConfig structure RetentionPeriodInDays:lambda.RetentionPeriodInDays
  ExecutionTimeout:lambda.ExecutionTimeout
lambda.TenantIsolationMode enum PER_TENANT
lambda.TenancyConfig structure TenantIsolationMode!:lambda.TenantIsolationMode
lambda.FunctionConfiguration structure FunctionName:lambda.NamespacedFunctionName
  FunctionArn:lambda.NameSpacedFunctionArn Runtime:lambda.Runtime Role:string
  Handler:lambda.Handler CodeSize:number Description:lambda.Description Timeout:lambda.Timeout
  MemorySize:lambda.MemorySize LastModified:string CodeSha256:string Version:lambda.Version
  VpcConfig:lambda.VpcConfigResponse DeadLetterConfig:lambda.DeadLetterConfig
  Environment:lambda.EnvironmentResponse KMSKeyArn:string
  TracingConfig:lambda.TracingConfigResponse MasterArn:lambda.FunctionArn RevisionId:string
  Layers:lambda.LayersReferenceList State:lambda.State StateReason:string
  StateReasonCode:lambda.StateReasonCode LastUpdateStatus:lambda.LastUpdateStatus
  LastUpdateStatusReason:string LastUpdateStatusReasonCode:lambda.LastUpdateStatusReasonCode
  FileSystemConfigs:lambda.FileSystemConfigList PackageType:lambda.PackageType
  ImageConfigResponse:lambda.ImageConfigResponse SigningProfileVersionArn:string
  SigningJobArn:string Architectures:lambda.ArchitecturesList
  EphemeralStorage:lambda.EphemeralStorage SnapStart:lambda.SnapStartResponse
  RuntimeVersionConfig:lambda.RuntimeVersionConfig LoggingConfig:lambda.LoggingConfig
  CapacityProviderConfig:lambda.CapacityProviderConfig ConfigSha256:string
  DurableConfig:lambda.DurableConfig TenancyConfig:lambda.TenancyConfig
lambda.FunctionCodeLocation structure RepositoryType:string Location:string ImageUri:string
  ResolvedImageUri:string SourceKMSKeyArn:string
lambda.Tags map string
lambda.TagsErrorCode string 10..21
lambda.TagsErrorMessage string 84..1000
lambda.TagsError structure ErrorCode!:lambda.TagsErrorCode Message!:lambda.TagsErrorMessage
lambda.ReservedConcurrentExecutions number 0..
lambda.Concurrency structure ReservedConcurrentExecutions:lambda.ReservedConcurrentExecutions
lambda.GetFunctionResponse structure Configuration:lambda.FunctionConfiguration
  Code:lambda.FunctionCodeLocation Tags:lambda.Tags TagsError:lambda.TagsError
  Concurrency:lambda.Concurrency
lambda:getFunction is lambda.GetFunctionResponse
lambda:getFunctionConfiguration is lambda.FunctionConfiguration
lambda.FunctionList list lambda.FunctionConfiguration
lambda.ListFunctionsResponse structure NextMarker:string Functions:lambda.FunctionList
lambda:listFunctions is lambda.ListFunctionsResponse
sqs.SendMessageResult structure MD5OfMessageBody:string MD5OfMessageAttributes:string
  MD5OfMessageSystemAttributes:string MessageId:string SequenceNumber:string
sqs:sendMessage is sqs.SendMessageResult
sns.PublishResponse structure MessageId:string SequenceNumber:string
sns:publish is sns.PublishResponse
events.EventId string ..64
events.PutEventsResultEntry structure EventId:events.EventId ErrorCode:string ErrorMessage:string
events.PutEventsResultEntryList list events.PutEventsResultEntry
events.PutEventsResponse structure FailedEntryCount:number Entries:events.PutEventsResultEntryList
events:putEvents is events.PutEventsResponse
dynamodb.StringSetAttributeValue list string
dynamodb.NumberSetAttributeValue list string
dynamodb.BinarySetAttributeValue list string
dynamodb.MapAttributeValue map dynamodb.AttributeValue
dynamodb.ListAttributeValue list dynamodb.AttributeValue
dynamodb.AttributeValue structure S:string N:string B:string SS:dynamodb.StringSetAttributeValue
  NS:dynamodb.NumberSetAttributeValue BS:dynamodb.BinarySetAttributeValue
  M:dynamodb.MapAttributeValue L:dynamodb.ListAttributeValue NULL:boolean BOOL:boolean
dynamodb.AttributeMap map dynamodb.AttributeValue
dynamodb.TableArn string 1..1024
dynamodb.Capacity structure ReadCapacityUnits:number WriteCapacityUnits:number
  CapacityUnits:number
dynamodb.SecondaryIndexesCapacityMap map dynamodb.Capacity
dynamodb.ConsumedCapacity structure TableName:dynamodb.TableArn CapacityUnits:number
  ReadCapacityUnits:number WriteCapacityUnits:number Table:dynamodb.Capacity
  LocalSecondaryIndexes:dynamodb.SecondaryIndexesCapacityMap
  GlobalSecondaryIndexes:dynamodb.SecondaryIndexesCapacityMap
dynamodb.GetItemOutput structure Item:dynamodb.AttributeMap
  ConsumedCapacity:dynamodb.ConsumedCapacity
dynamodb:getItem is dynamodb.GetItemOutput
dynamodb.ItemCollectionKeyAttributeMap map dynamodb.AttributeValue
dynamodb.ItemCollectionSizeEstimateRange list number
dynamodb.ItemCollectionMetrics structure ItemCollectionKey:dynamodb.ItemCollectionKeyAttributeMap
  SizeEstimateRangeGB:dynamodb.ItemCollectionSizeEstimateRange
dynamodb.PutItemOutput structure Attributes:dynamodb.AttributeMap
  ConsumedCapacity:dynamodb.ConsumedCapacity ItemCollectionMetrics:dynamodb.ItemCollectionMetrics
dynamodb:putItem is dynamodb.PutItemOutput
dynamodb.UpdateItemOutput structure Attributes:dynamodb.AttributeMap
  ConsumedCapacity:dynamodb.ConsumedCapacity ItemCollectionMetrics:dynamodb.ItemCollectionMetrics
dynamodb:updateItem is dynamodb.UpdateItemOutput
dynamodb.DeleteItemOutput structure Attributes:dynamodb.AttributeMap
  ConsumedCapacity:dynamodb.ConsumedCapacity ItemCollectionMetrics:dynamodb.ItemCollectionMetrics
dynamodb:deleteItem is dynamodb.DeleteItemOutput
dynamodb.ItemList list dynamodb.AttributeMap
dynamodb.Key map dynamodb.AttributeValue
dynamodb.QueryOutput structure Items:dynamodb.ItemList Count:number ScannedCount:number
  LastEvaluatedKey:dynamodb.Key ConsumedCapacity:dynamodb.ConsumedCapacity
dynamodb:query is dynamodb.QueryOutput
dynamodb.ScanOutput structure Items:dynamodb.ItemList Count:number ScannedCount:number
  LastEvaluatedKey:dynamodb.Key ConsumedCapacity:dynamodb.ConsumedCapacity
dynamodb:scan is dynamodb.ScanOutput
sfn.Arn string 1..256
sfn.StartExecutionOutput structure ExecutionArn!:sfn.Arn StartDate!:string
sfn:startExecution is sfn.StartExecutionOutput
sfn.Name string 1..80
sfn.ExecutionStatus enum RUNNING SUCCEEDED FAILED TIMED_OUT ABORTED PENDING_REDRIVE
sfn.SensitiveData string ..262144
sfn.CloudWatchEventsExecutionDataDetails structure Included:boolean
sfn.TraceHeader string ..256
sfn.LongArn string 1..2000
sfn.SensitiveError string ..256
sfn.SensitiveCause string ..32768
sfn.ExecutionRedriveStatus enum REDRIVABLE NOT_REDRIVABLE REDRIVABLE_BY_MAP_RUN
sfn.DescribeExecutionOutput structure ExecutionArn!:sfn.Arn StateMachineArn!:sfn.Arn Name:sfn.Name
  Status!:sfn.ExecutionStatus StartDate!:string StopDate:string Input:sfn.SensitiveData
  InputDetails:sfn.CloudWatchEventsExecutionDataDetails Output:sfn.SensitiveData
  OutputDetails:sfn.CloudWatchEventsExecutionDataDetails TraceHeader:sfn.TraceHeader
  MapRunArn:sfn.LongArn Error:sfn.SensitiveError Cause:sfn.SensitiveCause
  StateMachineVersionArn:sfn.Arn StateMachineAliasArn:sfn.Arn RedriveCount:number
  RedriveDate:string RedriveStatus:sfn.ExecutionRedriveStatus
  RedriveStatusReason:sfn.SensitiveData
sfn:describeExecution is sfn.DescribeExecutionOutput
sfn.SyncExecutionStatus enum SUCCEEDED FAILED TIMED_OUT
sfn.BilledMemoryUsed number 0..
sfn.BilledDuration number 0..
sfn.BillingDetails structure BilledMemoryUsedInMB:sfn.BilledMemoryUsed
  BilledDurationInMilliseconds:sfn.BilledDuration
sfn.StartSyncExecutionOutput structure ExecutionArn!:sfn.Arn StateMachineArn:sfn.Arn Name:sfn.Name
  StartDate!:string StopDate!:string Status!:sfn.SyncExecutionStatus Error:sfn.SensitiveError
  Cause:sfn.SensitiveCause Input:sfn.SensitiveData
  InputDetails:sfn.CloudWatchEventsExecutionDataDetails Output:sfn.SensitiveData
  OutputDetails:sfn.CloudWatchEventsExecutionDataDetails TraceHeader:sfn.TraceHeader
  BillingDetails:sfn.BillingDetails
sfn:startSyncExecution is sfn.StartSyncExecutionOutput
sfn.SendTaskSuccessOutput structure
sfn:sendTaskSuccess is sfn.SendTaskSuccessOutput
s3.ChecksumType enum COMPOSITE FULL_OBJECT
s3.ServerSideEncryption enum AES256 aws:fsx aws:kms aws:kms:dsse
s3.Metadata map string
s3.StorageClass enum STANDARD REDUCED_REDUNDANCY STANDARD_IA ONEZONE_IA INTELLIGENT_TIERING
  GLACIER DEEP_ARCHIVE OUTPOSTS GLACIER_IR SNOW EXPRESS_ONEZONE FSX_OPENZFS FSX_ONTAP
s3.RequestCharged enum requester
s3.ReplicationStatus enum COMPLETE PENDING FAILED REPLICA COMPLETED
s3.ObjectLockMode enum GOVERNANCE COMPLIANCE
s3.ObjectLockLegalHoldStatus enum ON OFF
s3.GetObjectOutput structure Body:string DeleteMarker:boolean AcceptRanges:string
  Expiration:string Restore:string LastModified:string ContentLength:number ETag:string
  ChecksumCRC32:string ChecksumCRC32C:string ChecksumCRC64NVME:string ChecksumSHA1:string
  ChecksumSHA256:string ChecksumSHA512:string ChecksumMD5:string ChecksumXXHASH64:string
  ChecksumXXHASH3:string ChecksumXXHASH128:string ChecksumType:s3.ChecksumType MissingMeta:number
  VersionId:string CacheControl:string ContentDisposition:string ContentEncoding:string
  ContentLanguage:string ContentRange:string ContentType:string Expires:string
  WebsiteRedirectLocation:string ServerSideEncryption:s3.ServerSideEncryption Metadata:s3.Metadata
  SSECustomerAlgorithm:string SSECustomerKeyMD5:string SSEKMSKeyId:string BucketKeyEnabled:boolean
  StorageClass:s3.StorageClass RequestCharged:s3.RequestCharged
  ReplicationStatus:s3.ReplicationStatus PartsCount:number TagCount:number
  ObjectLockMode:s3.ObjectLockMode ObjectLockRetainUntilDate:string
  ObjectLockLegalHoldStatus:s3.ObjectLockLegalHoldStatus
s3:getObject is s3.GetObjectOutput
s3.PutObjectOutput structure Expiration:string ETag:string ChecksumCRC32:string
  ChecksumCRC32C:string ChecksumCRC64NVME:string ChecksumSHA1:string ChecksumSHA256:string
  ChecksumSHA512:string ChecksumMD5:string ChecksumXXHASH64:string ChecksumXXHASH3:string
  ChecksumXXHASH128:string ChecksumType:s3.ChecksumType
  ServerSideEncryption:s3.ServerSideEncryption VersionId:string SSECustomerAlgorithm:string
  SSECustomerKeyMD5:string SSEKMSKeyId:string SSEKMSEncryptionContext:string
  BucketKeyEnabled:boolean Size:number RequestCharged:s3.RequestCharged
s3:putObject is s3.PutObjectOutput
s3.ArchiveStatus enum ARCHIVE_ACCESS DEEP_ARCHIVE_ACCESS
s3.HeadObjectOutput structure DeleteMarker:boolean AcceptRanges:string Expiration:string
  Restore:string ArchiveStatus:s3.ArchiveStatus LastModified:string ContentLength:number
  ChecksumCRC32:string ChecksumCRC32C:string ChecksumCRC64NVME:string ChecksumSHA1:string
  ChecksumSHA256:string ChecksumSHA512:string ChecksumMD5:string ChecksumXXHASH64:string
  ChecksumXXHASH3:string ChecksumXXHASH128:string ChecksumType:s3.ChecksumType ETag:string
  MissingMeta:number VersionId:string CacheControl:string ContentDisposition:string
  ContentEncoding:string ContentLanguage:string ContentType:string ContentRange:string
  Expires:string WebsiteRedirectLocation:string ServerSideEncryption:s3.ServerSideEncryption
  Metadata:s3.Metadata SSECustomerAlgorithm:string SSECustomerKeyMD5:string SSEKMSKeyId:string
  BucketKeyEnabled:boolean StorageClass:s3.StorageClass RequestCharged:s3.RequestCharged
  ReplicationStatus:s3.ReplicationStatus PartsCount:number TagCount:number
  ObjectLockMode:s3.ObjectLockMode ObjectLockRetainUntilDate:string
  ObjectLockLegalHoldStatus:s3.ObjectLockLegalHoldStatus
s3:headObject is s3.HeadObjectOutput
s3.ObjectKey string 1..
s3.ChecksumAlgorithm enum CRC32 CRC32C SHA1 SHA256 CRC64NVME SHA512 MD5 XXHASH64 XXHASH3 XXHASH128
s3.ChecksumAlgorithmList list s3.ChecksumAlgorithm
s3.ObjectStorageClass enum STANDARD REDUCED_REDUNDANCY GLACIER STANDARD_IA ONEZONE_IA
  INTELLIGENT_TIERING DEEP_ARCHIVE OUTPOSTS GLACIER_IR SNOW EXPRESS_ONEZONE FSX_OPENZFS FSX_ONTAP
s3.Owner structure DisplayName:string ID:string
s3.RestoreStatus structure IsRestoreInProgress:boolean RestoreExpiryDate:string
s3.Object structure Key:s3.ObjectKey LastModified:string ETag:string
  ChecksumAlgorithm:s3.ChecksumAlgorithmList ChecksumType:s3.ChecksumType Size:number
  StorageClass:s3.ObjectStorageClass Owner:s3.Owner RestoreStatus:s3.RestoreStatus
s3.ObjectList list s3.Object
s3.CommonPrefix structure Prefix:string
s3.CommonPrefixList list s3.CommonPrefix
s3.EncodingType enum url
s3.ListObjectsV2Output structure IsTruncated:boolean Contents:s3.ObjectList Name:string
  Prefix:string Delimiter:string MaxKeys:number CommonPrefixes:s3.CommonPrefixList
  EncodingType:s3.EncodingType KeyCount:number ContinuationToken:string
  NextContinuationToken:string StartAfter:string RequestCharged:s3.RequestCharged
s3:listObjectsV2 is s3.ListObjectsV2Output
s3.CopyObjectResult structure ETag:string LastModified:string ChecksumType:s3.ChecksumType
  ChecksumCRC32:string ChecksumCRC32C:string ChecksumCRC64NVME:string ChecksumSHA1:string
  ChecksumSHA256:string ChecksumSHA512:string ChecksumMD5:string ChecksumXXHASH64:string
  ChecksumXXHASH3:string ChecksumXXHASH128:string
s3.CopyObjectOutput structure CopyObjectResult:s3.CopyObjectResult Expiration:string
  CopySourceVersionId:string VersionId:string ServerSideEncryption:s3.ServerSideEncryption
  SSECustomerAlgorithm:string SSECustomerKeyMD5:string SSEKMSKeyId:string
  SSEKMSEncryptionContext:string BucketKeyEnabled:boolean RequestCharged:s3.RequestCharged
s3:copyObject is s3.CopyObjectOutput
kms.CiphertextType string 1..6144
kms.KeyIdType string 1..2048
kms.EncryptionAlgorithmSpec enum SYMMETRIC_DEFAULT RSAES_OAEP_SHA_1 RSAES_OAEP_SHA_256 SM2PKE
kms.EncryptResponse structure CiphertextBlob:kms.CiphertextType KeyId:kms.KeyIdType
  EncryptionAlgorithm:kms.EncryptionAlgorithmSpec
kms:encrypt is kms.EncryptResponse
kms.PlaintextType string 1..4096
kms.BackingKeyIdType string 64..64
kms.DecryptResponse structure KeyId:kms.KeyIdType Plaintext:kms.PlaintextType
  EncryptionAlgorithm:kms.EncryptionAlgorithmSpec CiphertextForRecipient:kms.CiphertextType
  KeyMaterialId:kms.BackingKeyIdType
kms:decrypt is kms.DecryptResponse
kms.GenerateDataKeyResponse structure CiphertextBlob:kms.CiphertextType
  Plaintext:kms.PlaintextType KeyId:kms.KeyIdType CiphertextForRecipient:kms.CiphertextType
  KeyMaterialId:kms.BackingKeyIdType
kms:generateDataKey is kms.GenerateDataKeyResponse
secretsmanager.SecretARNType string 20..2048
secretsmanager.SecretNameType string 1..256
secretsmanager.SecretVersionIdType string 32..64
secretsmanager.SecretBinaryType string 1..65536
secretsmanager.SecretStringType string 1..65536
secretsmanager.SecretVersionStageType string 1..256
secretsmanager.SecretVersionStagesType list secretsmanager.SecretVersionStageType
secretsmanager.GetSecretValueResponse structure ARN:secretsmanager.SecretARNType
  Name:secretsmanager.SecretNameType VersionId:secretsmanager.SecretVersionIdType
  SecretBinary:secretsmanager.SecretBinaryType SecretString:secretsmanager.SecretStringType
  VersionStages:secretsmanager.SecretVersionStagesType CreatedDate:string
secretsmanager:getSecretValue is secretsmanager.GetSecretValueResponse
ssm.PSParameterName string 1..2048
ssm.ParameterType enum String StringList SecureString
ssm.PSParameterSelector string ..128
ssm.ParameterDataType string ..128
ssm.Parameter structure Name:ssm.PSParameterName Type:ssm.ParameterType Value:string
  Version:number Selector:ssm.PSParameterSelector SourceResult:string LastModifiedDate:string
  ARN:string DataType:ssm.ParameterDataType
ssm.GetParameterResult structure Parameter:ssm.Parameter
ssm:getParameter is ssm.GetParameterResult
athena.QueryExecutionId string 1..128
athena.StartQueryExecutionOutput structure QueryExecutionId:athena.QueryExecutionId
athena:startQueryExecution is athena.StartQueryExecutionOutput
glue.IdString string 1..255
glue.StartJobRunResponse structure JobRunId:glue.IdString
glue:startJobRun is glue.StartJobRunResponse
batch.SubmitJobResponse structure JobArn:string JobName!:string JobId!:string
batch:submitJob is batch.SubmitJobResponse
translate.TranslatedTextString string ..20000
translate.LanguageCodeString string 2..5
translate.ResourceName string 1..256
translate.String string ..10000
translate.Term structure SourceText:translate.String TargetText:translate.String
translate.TermList list translate.Term
translate.AppliedTerminology structure Name:translate.ResourceName Terms:translate.TermList
translate.AppliedTerminologyList list translate.AppliedTerminology
translate.Formality enum FORMAL INFORMAL
translate.Profanity enum MASK
translate.Brevity enum ON
translate.TranslationSettings structure Formality:translate.Formality
  Profanity:translate.Profanity Brevity:translate.Brevity
translate.TranslateTextResponse structure TranslatedText!:translate.TranslatedTextString
  SourceLanguageCode!:translate.LanguageCodeString
  TargetLanguageCode!:translate.LanguageCodeString
  AppliedTerminologies:translate.AppliedTerminologyList
  AppliedSettings:translate.TranslationSettings
translate:translateText is translate.TranslateTextResponse
bedrockruntime.Body string ..25000000
bedrockruntime.PerformanceConfigLatency enum standard optimized
bedrockruntime.ServiceTierType enum priority default flex reserved
bedrockruntime.InvokeModelResponse structure Body!:bedrockruntime.Body ContentType!:string
  PerformanceConfigLatency:bedrockruntime.PerformanceConfigLatency
  ServiceTier:bedrockruntime.ServiceTierType
bedrockruntime:invokeModel is bedrockruntime.InvokeModelResponse
)table";

}  // namespace bedlam::states
