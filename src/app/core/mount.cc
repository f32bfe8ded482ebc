// mount: what was mounted where.
#include <algorithm>

#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "app/core_tasks.h"
#include "base/text.h"
#include "vmcore/mounts.h"

namespace inquest::app {
namespace {

using vmcore::Mount;

// PID 1 need not be in the namespace that the kernel began with, but the kernel's threads are.
Result<vmcore::Object> task_of(vmcore::Kernel& kernel, std::span<const std::string> words,
                               std::vector<std::string>& problems) {
  if (!words.empty() && words[0] == "-n") words = words.subspan(1);
  if (words.empty()) return kernel.global("init_task", "struct task_struct");
  auto tasks = core_tasks(kernel, words, problems);
  if (!tasks) return fail(tasks.error());
  if (tasks->size() != 1) return fail(ErrorCode::Failed, "mount takes the PID or address of one task");
  return tasks->front().object;
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  CoreAnswer out;
  const auto task = task_of(session.kernel, words, out.problems);
  if (!task) return fail(task.error());
  const vmcore::Mounts mounts = vmcore::read_mounts(session.kernel, *task);
  out.problems.insert(out.problems.end(), mounts.problems.begin(), mounts.problems.end());
  add_kernel_problems(session.kernel, out);
  if (session.json) {
    const auto make = [](const Mount& one) {
      JsonObject json;
      json.add("mount", one.mount.address()).add("superblock", one.superblock).add("type", one.type);
      json.add("device", one.device).add("directory", one.directory).add("options", one.options);
      json.add("major", one.major).add("minor", one.minor);
      return json.raw("frozen", one.frozen ? "true" : "false").text();
    };
    out.text = JsonObject().raw("mounts", json_array(mounts.mounts, make)).text() + "\n";
    return out;
  }
  size_t type_width = 4;
  size_t device_width = 7;
  for (const Mount& one : mounts.mounts) {
    type_width = std::clamp(columns(one.type), type_width, size_t{20});
    device_width = std::clamp(columns(one.device), device_width, size_t{40});
  }
  out.text = fmt::format("{:^16}  {:^16}  {:<{}}  {:<{}}  DIRECTORY\n", "MOUNT", "SUPERBLOCK", "TYPE", type_width,
                         "DEVICE", device_width);
  for (const Mount& one : mounts.mounts) {
    out.text += fmt::format("{:016x}  {:016x}  {:<{}}  {:<{}}  {} ({}){}\n", one.mount.address().value,
                            one.superblock.value, printable(one.type), type_width, printable(one.device), device_width,
                            printable(one.directory), one.options, one.frozen ? " FROZEN" : "");
  }
  return out;
}

}  // namespace

extern const CoreCommand mount_core_command;
const CoreCommand mount_core_command = {
    .name = "mount",
    .other_names = "",
    .synopsis = "mount [-n] [PID]",
    .summary = "filesystems: superblock, type, device, directory, options; in the namespace of a task",
    .run = run};

}  // namespace inquest::app
