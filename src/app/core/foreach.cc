// foreach: a command for every task.
#include "app/core_command.h"

namespace inquest::app {
namespace {

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  if (words.size() != 1 || words[0] != "bt") return fail(ErrorCode::Failed, "foreach takes bt");
  const std::vector<std::string> every = {"--every"};
  return find_core_command("bt")->run(session, every);
}

}  // namespace

extern const CoreCommand foreach_core_command;
const CoreCommand foreach_core_command = {
    .name = "foreach", .other_names = "", .synopsis = "foreach bt", .summary = "stacks of all tasks", .run = run};

}  // namespace inquest::app
