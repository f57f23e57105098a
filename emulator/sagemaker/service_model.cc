#include "emulator/sagemaker/service_model.h"

namespace bedlam::sagemaker {
namespace {

// As in botocore 1.43.11, in the form of aws/shapes.h; the body is measured before it is read.
constexpr std::string_view kInputs = R"model(
InvokeEndpointInput structure endpointName:EndpointName! contentType:Header accept:Header
  customAttributes:CustomAttributesHeader targetModel:TargetModelHeader
  targetVariant:TargetVariantHeader targetContainerHostname:TargetContainerHostnameHeader
  inferenceId:InferenceId enableExplanations:EnableExplanationsHeader
  inferenceComponentName:InferenceComponentHeader sessionId:SessionIdOrNewSessionConstantHeader
InvokeEndpointWithResponseStreamInput structure endpointName:EndpointName! contentType:Header
  accept:Header customAttributes:CustomAttributesHeader targetVariant:TargetVariantHeader
  targetContainerHostname:TargetContainerHostnameHeader inferenceId:InferenceId
  inferenceComponentName:InferenceComponentHeader sessionId:SessionIdHeader
InvokeEndpointAsyncInput structure endpointName:EndpointName! contentType:Header accept:Header
  customAttributes:CustomAttributesHeader inferenceId:InferenceId
  inputLocation:InputLocationHeader! s3OutputPathExtension:S3OutputPathExtensionHeader
  filename:FilenameHeader requestTTLSeconds:RequestTTLSecondsHeader
  invocationTimeoutSeconds:InvocationTimeoutSecondsHeader
EndpointName string ..63 ~^[a-zA-Z0-9](-*[a-zA-Z0-9])*
Header string ..1024 ~\p{ASCII}*
CustomAttributesHeader string ..1024 sensitive ~\p{ASCII}*
TargetModelHeader string 1..1024 ~\A\S[\p{Print}]*\z
TargetVariantHeader string ..63 ~^[a-zA-Z0-9](-*[a-zA-Z0-9])*
TargetContainerHostnameHeader string ..63 ~^[a-zA-Z0-9](-*[a-zA-Z0-9])*
InferenceId string 1..64 ~\A\S[\p{Print}]*\z
EnableExplanationsHeader string 1..64 ~.*
InferenceComponentHeader string ..63 ~^[a-zA-Z0-9]([\-a-zA-Z0-9]*[a-zA-Z0-9])?$
SessionIdOrNewSessionConstantHeader string ..256 ~^(NEW_SESSION)$|^[a-zA-Z0-9](-*[a-zA-Z0-9])*$
SessionIdHeader string ..256 ~^[a-zA-Z0-9](-*[a-zA-Z0-9])*$
InputLocationHeader string 1..1024 ~^(https|s3)://([^/]+)/?(.*)$
S3OutputPathExtensionHeader string 1..512 ~^(?!s3:|https:)[a-zA-Z0-9!_.*'()/-]+$
FilenameHeader string 1..32 ~^(?!.*\..*\.)[a-zA-Z0-9][a-zA-Z0-9-_\.]*$
RequestTTLSecondsHeader integer 60..21600
InvocationTimeoutSecondsHeader integer 1..3600
)model";

}  // namespace

const aws::Shapes& service_model() {
  static const aws::Shapes kShapes(kInputs);
  return kShapes;
}

}  // namespace bedlam::sagemaker
