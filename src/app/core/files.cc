// files: what tasks have open.
#include <fmt/format.h>

#include "app/core_command.h"
#include "app/core_json.h"
#include "app/core_tasks.h"
#include "base/text.h"
#include "vmcore/open_files.h"

namespace inquest::app {
namespace {

using vmcore::OpenFile;
using vmcore::OpenFiles;
using vmcore::Task;

std::string text_of(const Task& task, const OpenFiles& files) {
  std::string out = core_task_line(task);
  if (!files.root.empty() || !files.directory.empty()) {
    out += fmt::format("ROOT: {}    CWD: {}\n", printable(files.root), printable(files.directory));
  }
  if (files.files.empty()) return out + "No open files\n";
  out += fmt::format("{:>4}  {:^16}  {:^16}  {:^16}  {:<4}  {:>12}  {}\n", "FD", "FILE", "DENTRY", "INODE", "TYPE",
                     "POSITION", "PATH");
  for (const OpenFile& file : files.files) {
    out += fmt::format("{:>4}  {:016x}  {:016x}  {:016x}  {:<4}  {:>12}  {}\n", file.fd, file.file.address().value,
                       file.dentry.value, file.inode.value, file.type, file.position, printable(file.path));
  }
  return out;
}

std::string json_of(const Task& task, const OpenFiles& files) {
  JsonObject out;
  out.add("pid", task.pid).add("task", task.address()).add("comm", task.comm);
  out.add("root", files.root).add("cwd", files.directory);
  out.raw("files", json_array(files.files, [](const OpenFile& file) {
            JsonObject one;
            one.add("fd", file.fd).add("file", file.file.address()).add("dentry", file.dentry);
            one.add("inode", file.inode).add("inode_number", file.inode_number).add("type", file.type);
            one.add("path", file.path).add("position", file.position).add("flags", file.flags);
            return one.raw("close_on_exec", file.close_on_exec ? "true" : "false").text();
          }));
  return out.text();
}

Result<CoreAnswer> run(CoreSession& session, std::span<const std::string> words) {
  CoreAnswer out;
  const auto tasks = core_tasks(session.kernel, words, out.problems);
  if (!tasks) return fail(tasks.error());
  if (session.json) out.text = "{\"tasks\":[";
  for (const Task& task : *tasks) {
    const OpenFiles files = vmcore::open_files_of(session.kernel, task);
    for (const std::string& problem : files.problems) {
      out.problems.push_back(fmt::format("PID {}: {}", task.pid, problem));
    }
    if (&task != tasks->data()) out.text += session.json ? "," : "\n";
    out.text += session.json ? "\n" + json_of(task, files) : text_of(task, files);
  }
  if (session.json) out.text += "]}\n";
  add_kernel_problems(session.kernel, out);
  return out;
}

}  // namespace

extern const CoreCommand files_core_command;
const CoreCommand files_core_command = {.name = "files",
                                        .other_names = "lsof",
                                        .synopsis = "files [PID|ADDRESS|COMMAND]...",
                                        .summary = "a task's root, directory and open files",
                                        .per_task = true,
                                        .run = run};

}  // namespace inquest::app
