#include "emulator/app/emulator.h"

#include <malloc.h>

#include <map>
#include <set>

#include "emulator/app/control_plane.h"
#include "emulator/app/definition_diagnostics.h"
#include "emulator/bedrock/bedrock_runtime.h"
#include "emulator/dynamodb/dynamodb.h"
#include "emulator/logs/cloudwatch_logs.h"
#include "emulator/rpc/object_store.h"
#include "emulator/s3/s3.h"
#include "emulator/sagemaker/sagemaker_runtime.h"
#include "emulator/services/lambda.h"
#include "emulator/services/messages.h"
#include "emulator/services/task_script.h"
#include "emulator/states/api/step_functions.h"

namespace bedlam::app {

// The logs of workflows, in the log groups of the same emulator.
class WorkflowLogs final : public states::LogDestinations {
 public:
  explicit WorkflowLogs(logs::CloudWatchLogs& logs) : logs_(logs) {}

  bool exists(std::string_view log_group_arn) override { return logs_.has_group(log_group_arn); }
  void write(std::string_view log_group_arn, const std::string& stream,
             std::string message) override {
    logs_.write(log_group_arn, stream, std::move(message));
  }

 private:
  logs::CloudWatchLogs& logs_;
};

// In the order in which they are built: each borrows from those above it.
struct Emulator::Parts {
  Parts(EmulatorOptions given, Emulator& emulator)
      : options(std::move(given)),
        scheduler(options.epoch),
        journal(options.journal),
        dispatcher(scheduler, journal, options.region),
        bedrock(scheduler, options.seed, options.account),
        sagemaker(scheduler, options.seed, options.account),
        s3(scheduler, options.seed, options.region),
        dynamodb(scheduler, options.seed, options.account),
        logs(scheduler, options.account, options.seed),
        workflow_logs(logs),
        step_functions(scheduler, dispatcher,
                       {options.account, options.region, options.seed, &workflow_logs}),
        lambda(scheduler, options.seed, options.account),
        messages(options.seed),
        task_script(scheduler, dispatcher, options.seed, {&lambda, &messages}),
        control_plane(emulator) {
    dispatcher.add(control_plane, rpc::Dispatcher::Journalled::kNo);
    dispatcher.add(task_script);  // before what it answers for
    dispatcher.add(s3);           // by its signature or host, whatever the path
    dispatcher.add(bedrock);
    dispatcher.add(sagemaker);
    dispatcher.add(step_functions);
    dispatcher.add(dynamodb);
    dispatcher.add(logs);
    dispatcher.add(lambda);
    dispatcher.add(messages);
    dispatcher.add(unscripted);
    bedrock.put_with(rpc::put_object_through(dispatcher));
    sagemaker.put_with(rpc::put_object_through(dispatcher));
    sagemaker.get_with(rpc::get_object_through(dispatcher));
    if (options.credentials) guard();
  }

  void guard() {
    const auto now = [this] {
      return std::chrono::floor<std::chrono::seconds>(scheduler.wall_now());
    };
    const auto door = [this, now](const aws::HttpRequest& request, std::string_view signing_name) {
      return aws::authenticate(request, *options.credentials,
                               {signing_name, now(), options.compare_signing_times});
    };
    const auto event_door = [this, now](const aws::HttpRequest& request) {
      auto seed = aws::event_seed(request, *options.credentials);
      if (!seed) return std::shared_ptr<aws::EventChain>();
      const auto clock = options.compare_signing_times ? aws::EventChain::Now(now) : nullptr;
      return std::make_shared<aws::EventChain>(*std::move(seed), clock);
    };
    dispatcher.guard(door, event_door);
  }

  EmulatorOptions options;
  Scheduler scheduler;
  rpc::Journal journal;
  rpc::Dispatcher dispatcher;
  bedrock::BedrockRuntime bedrock;
  sagemaker::SageMakerRuntime sagemaker;
  s3::S3 s3;
  dynamodb::DynamoDb dynamodb;
  logs::CloudWatchLogs logs;
  WorkflowLogs workflow_logs;
  states::StepFunctions step_functions;
  services::Lambda lambda;
  services::Messages messages;
  services::TaskScript task_script;
  services::UnscriptedTasks unscripted;
  ControlPlane control_plane;
  LatenessReport lateness_report;
  std::map<std::pair<std::string, std::string>, Control> controls;  // by method and path
};

Emulator::Emulator(EmulatorOptions options)
    : parts_(std::make_unique<Parts>(std::move(options), *this)) {}

Emulator::~Emulator() = default;

Scheduler& Emulator::scheduler() {
  return parts_->scheduler;
}
const Scheduler& Emulator::scheduler() const {
  return parts_->scheduler;
}
rpc::Dispatcher& Emulator::dispatcher() {
  return parts_->dispatcher;
}
rpc::Journal& Emulator::journal() {
  return parts_->journal;
}
const rpc::Journal& Emulator::journal() const {
  return parts_->journal;
}
const EmulatorOptions& Emulator::options() const {
  return parts_->options;
}

Result<Done, Diagnostics> Emulator::load(const scenario::Scenario& scenario) {
  const Diagnostics mistakes = check_workflows(scenario);
  if (has_errors(mistakes)) return mistakes;  // before anything of the scenario is in force
  for (const scenario::Workflow& workflow : scenario.workflows) {
    const auto deployed =
        parts_->step_functions.deploy(workflow.name, workflow.definition, workflow.type);
    if (!deployed) return to_diagnostics(deployed.error(), workflow, scenario.file);
  }
  parts_->bedrock.use(script::Script(scenario.models), scenario.guardrails);
  parts_->sagemaker.use(scenario.endpoints);
  parts_->lambda.use(scenario.functions);
  for (const scenario::Bucket& bucket : scenario.buckets) {
    parts_->s3.declare(bucket.name);
    for (const scenario::StoredObject& object : bucket.objects) {
      parts_->s3.put(bucket.name, object.key, object.body, object.content_type);
    }
  }
  parts_->task_script.use(scenario.tasks);
  if (scenario.mock_config) {
    parts_->task_script.use(scenario.mock_config);
    parts_->step_functions.use(scenario.mock_config);
  }
  return Done{};
}

std::string Emulator::state_machine_arn(const std::string& name) const {
  return parts_->step_functions.find_arn(name).value_or("");
}

std::shared_ptr<const states::Execution> Emulator::find_execution(const std::string& arn) const {
  return parts_->step_functions.find_execution(arn);
}

std::map<std::string, std::shared_ptr<const std::string>> Emulator::objects() const {
  return parts_->s3.objects();
}

std::vector<states::StartedExecution> Emulator::executions(std::uint64_t from) const {
  return parts_->step_functions.executions(from);
}

std::uint64_t Emulator::next_execution() const {
  return parts_->step_functions.next_execution();
}

void Emulator::report_lateness(LatenessReport report) {
  parts_->lateness_report = std::move(report);
}

const Emulator::LatenessReport& Emulator::lateness_report() const {
  return parts_->lateness_report;
}

void Emulator::add_control(std::string method, std::string path, Control control) {
  parts_->controls[{std::move(method), std::move(path)}] = std::move(control);
}

const Emulator::Control* Emulator::find_control(std::string_view method,
                                                std::string_view path) const {
  const auto found = parts_->controls.find({std::string(method), std::string(path)});
  return found == parts_->controls.end() ? nullptr : &found->second;
}

std::vector<std::string> Emulator::added_paths() const {
  std::set<std::string> paths;
  for (const auto& [key, ignored] : parts_->controls) paths.insert(key.second);
  paths.erase("");
  return {paths.begin(), paths.end()};
}

void Emulator::reset() {
  parts_->step_functions.reset();
  parts_->s3.reset();
  parts_->dynamodb.reset();
  parts_->bedrock.reset();
  parts_->sagemaker.reset();
  parts_->lambda.reset();
  parts_->task_script.reset();
  parts_->logs.reset();
  parts_->journal.clear();
  // What was forgotten is in small pieces, which the allocator would keep for itself.
  malloc_trim(0);
}

}  // namespace bedlam::app
