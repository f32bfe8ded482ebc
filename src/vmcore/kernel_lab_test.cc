// What we say about kernels that really died, beside what drgn says with full debug information, where a crash lab lies
// beside the source tree.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "vmcore/printk.h"
#include "vmcore/system.h"
#include "vmcore/tasks.h"

namespace inquest::vmcore {
namespace {

namespace fs = std::filesystem;

struct TruthTask {
  uint32_t pid = 0, ppid = 0, cpu = 0;
  char state = '?';
  std::string comm;
  std::vector<std::string> functions;  // innermost first, inlined ones too
};

struct Truth {
  std::vector<TruthTask> tasks;
  std::map<std::string, std::pair<std::string, std::string>> modules;  // base and size, as printed
};

// "#2  schedule (kernel/sched/core.c:6660:3)", "#8  entry_SYSCALL_64+0xa6/0x1ab (...)": the function.
std::string function_of(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 2) return {};
  return std::string(words[1].substr(0, words[1].find('+')));
}

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

Truth read_truth(const fs::path& path) {
  Truth out;
  std::map<uint32_t, size_t> by_pid;
  TruthTask* stack = nullptr;
  const std::string text = read_text(path);
  for (const std::string_view line : lines(text)) {
    const auto words = split_blanks(line);
    if (line.starts_with("PS ") && words.size() >= 5) {
      TruthTask task;
      task.pid = parse_int<uint32_t>(words[1]).value_or(0);
      task.ppid = parse_int<uint32_t>(words[2]).value_or(0);
      task.cpu = parse_int<uint32_t>(words[3]).value_or(0);
      task.state = words[4][0];
      if (words.size() > 5) task.comm = words[5];
      by_pid[task.pid] = out.tasks.size();
      out.tasks.push_back(task);
    } else if (line.starts_with("MOD ") && words.size() == 4) {
      out.modules[std::string(words[1])] = {std::string(words[2]), std::string(words[3])};
    } else if (line.starts_with("BT ") && words.size() >= 2) {
      const auto found = by_pid.find(parse_int<uint32_t>(words[1]).value_or(0));
      stack = found == by_pid.end() ? nullptr : &out.tasks[found->second];
    } else if (line.starts_with("#") && stack != nullptr) {
      stack->functions.push_back(function_of(line));
    }
  }
  return out;
}

// Compilers split functions (foo.cold, foo.isra.0); debug information names what they were split from.
std::string source_name(std::string_view name) { return std::string(name.substr(0, name.find('.'))); }

// The entry code has several symbols for one routine; drgn takes the one that has a size.
bool same_function(std::string_view ours, std::string_view theirs) {
  ours = ours.substr(0, ours.find('.'));
  return ours == theirs || (ours.starts_with("entry_SYSCALL") && theirs.starts_with("entry_SYSCALL")) ||
         (ours.starts_with("secondary_startup") && theirs.starts_with("secondary_startup")) ||
         (ours.starts_with("__do_softirq") && theirs.find("do_softirq") != std::string_view::npos) ||
         (ours.starts_with("__x64_sys_") && (theirs.starts_with("__do_sys_") || theirs.starts_with("__se_sys_"))) ||
         (ours.starts_with("asm_") && theirs.starts_with("asm_"));
}

struct LabCase {
  std::string dump;
  fs::path folder;
};

std::vector<LabCase> lab_cases() {
  const fs::path lab = INQUEST_SOURCE_DIR "/../shared/lab";
  std::vector<LabCase> out;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(lab / "dumps", ignored)) {
    const std::string name = entry.path().filename().string();
    out.push_back({entry.path().string(), lab / "cases" / name.substr(0, name.find(".d31"))});
  }
  std::ranges::sort(out, {}, &LabCase::dump);
  return out;
}

#define SKIP_WITHOUT_LAB(cases) \
  if ((cases).empty()) GTEST_SKIP() << "no crash lab beside the source tree"

TEST(KernelLab, TasksAreThoseThatDrgnFinds) {
  const auto cases = lab_cases();
  SKIP_WITHOUT_LAB(cases);
  for (const LabCase& one : cases) {
    SCOPED_TRACE(one.dump);
    auto dump = Dump::open(one.dump);
    ASSERT_TRUE(dump) << dump.error().text();
    Kernel kernel(*dump);
    const TaskList list = read_tasks(kernel);
    EXPECT_TRUE(list.problems.empty());
    std::set<std::tuple<uint32_t, uint32_t, uint32_t, char, std::string>> ours, theirs;
    for (const Task& task : list.tasks) {
      if (task.pid == 0) continue;  // drgn lists no idle tasks
      const auto words = split_blanks(task.comm);
      ours.emplace(task.pid, task.ppid, task.cpu, task.state, words.empty() ? "" : words[0]);
    }
    for (const TruthTask& task : read_truth(one.folder / "truth-drgn02.txt").tasks) {
      theirs.emplace(task.pid, task.ppid, task.cpu, task.state, task.comm);
    }
    EXPECT_FALSE(theirs.empty());
    EXPECT_EQ(ours, theirs);
  }
}

TEST(KernelLab, ModulesAreThoseThatDrgnFinds) {
  const auto cases = lab_cases();
  SKIP_WITHOUT_LAB(cases);
  for (const LabCase& one : cases) {
    SCOPED_TRACE(one.dump);
    auto dump = Dump::open(one.dump);
    ASSERT_TRUE(dump) << dump.error().text();
    Kernel kernel(*dump);
    std::map<std::string, std::pair<std::string, std::string>> ours;
    for (const Module& module : kernel.modules().modules) {
      ours[module.name] = {fmt::format("{:#x}", module.base.start.value), fmt::format("{}", module.base.size)};
    }
    const Truth truth = read_truth(one.folder / "truth-drgn02.txt");
    EXPECT_FALSE(truth.modules.empty());
    EXPECT_EQ(ours, truth.modules);
  }
}

// drgn sees inlined functions besides: each of our frames is one of its, in the same order.
TEST(KernelLab, StacksOfSleepingTasksAreThoseThatDrgnFinds) {
  const auto cases = lab_cases();
  SKIP_WITHOUT_LAB(cases);
  size_t compared = 0;
  for (const LabCase& one : cases) {
    SCOPED_TRACE(one.dump);
    auto dump = Dump::open(one.dump);
    ASSERT_TRUE(dump) << dump.error().text();
    Kernel kernel(*dump);
    std::map<uint32_t, std::vector<std::string>> theirs;
    for (TruthTask& task : read_truth(one.folder / "truth-drgn02.txt").tasks) theirs[task.pid] = task.functions;
    for (const Task& task : read_tasks(kernel).tasks) {
      const auto truth = theirs.find(task.pid);
      if (task.pid == 0 || truth == theirs.end() || truth->second.empty()) continue;
      const Stack stack = stack_of(kernel, task);
      EXPECT_EQ(stack.problem, "") << "PID " << task.pid;
      size_t at = 0;
      for (const Frame& frame : stack.frames) {
        EXPECT_TRUE(frame.reliable());
        if (frame.user) break;
        const std::string name = source_name(frame.location.function);
        // Of modules without debug information drgn prints the bare address.
        const std::string bare = fmt::format("{:#x}", frame.ip.value);
        while (at < truth->second.size() && !same_function(name, truth->second[at]) && truth->second[at] != bare) ++at;
        EXPECT_LT(at, truth->second.size()) << "PID " << task.pid << ": " << name << " is none of drgn's frames";
        ++at;
        ++compared;
      }
    }
  }
  EXPECT_GT(compared, 100U);
}

// Also of a CPU that took the dump itself: it stands in __crash_kexec, for which there are no rules.
TEST(KernelLab, StacksOfRunningTasksReachTheirBeginnings) {
  const auto cases = lab_cases();
  SKIP_WITHOUT_LAB(cases);
  for (const LabCase& one : cases) {
    SCOPED_TRACE(one.dump);
    auto dump = Dump::open(one.dump);
    ASSERT_TRUE(dump) << dump.error().text();
    Kernel kernel(*dump);
    for (const uint32_t cpu : kernel.present_cpus()) {
      const auto task = current_task(kernel, cpu);
      ASSERT_TRUE(task);
      const Stack stack = stack_of(kernel, *task);
      EXPECT_EQ(stack.problem, "") << "CPU " << cpu;
      ASSERT_GT(stack.frames.size(), 4U) << "CPU " << cpu;
      const Frame& first = stack.frames.back();
      EXPECT_TRUE(first.user || first.location.function.starts_with("secondary_startup")) << "CPU " << cpu;
    }
  }
}

TEST(KernelLab, TheLogIsThatOfVmcoreDmesg) {
  const auto cases = lab_cases();
  SKIP_WITHOUT_LAB(cases);
  for (const LabCase& one : cases) {
    const fs::path expected = one.folder / "vmcore-dmesg.txt";
    if (!fs::exists(expected)) continue;
    SCOPED_TRACE(one.dump);
    auto dump = Dump::open(one.dump);
    ASSERT_TRUE(dump) << dump.error().text();
    const auto log = read_log(dump->kernel(), dump->vmcoreinfo());
    ASSERT_TRUE(log) << log.error().text();
    std::string text;
    for (const LogRecord& record : log->records) text += log_line(record);
    EXPECT_TRUE(text == read_text(expected));
  }
}

// As in kernels before v6.0, whose VMCOREINFO does not say where kallsyms is.
TEST(KernelLab, KallsymsIsFoundWhereNothingNamesIt) {
  const auto cases = lab_cases();
  SKIP_WITHOUT_LAB(cases);
  for (const LabCase& one : cases) {
    SCOPED_TRACE(one.dump);
    auto dump = Dump::open(one.dump);
    ASSERT_TRUE(dump) << dump.error().text();
    const auto named = Kallsyms::open(dump->kernel(), dump->vmcoreinfo());
    ASSERT_TRUE(named) << named.error().text();
    std::string text;
    for (const std::string_view line : lines(dump->vmcoreinfo().text())) {
      if (!line.starts_with("SYMBOL(kallsyms_")) text += std::string(line) + "\n";
    }
    const auto found = Kallsyms::open(dump->kernel(), VmcoreInfo::parse(text));
    ASSERT_TRUE(found) << found.error().text();
    ASSERT_EQ(found->size(), named->size());
    for (uint32_t i = 0; i < named->size(); i += 97) {
      EXPECT_EQ(found->name(i), named->name(i));
      EXPECT_EQ(found->address(i), named->address(i));
    }
  }
}

// Everything that the commands ask, on memory in which anything may be wrong.
TEST(KernelLab, DamagedMemoryGivesPartialAnswers) {
  const auto cases = lab_cases();
  SKIP_WITHOUT_LAB(cases);
  auto sound = Dump::open(cases.front().dump);
  ASSERT_TRUE(sound);
  Kernel first(*sound);
  ASSERT_NE(first.symbols(), nullptr);
  std::mt19937 random(1);
  const std::string whole = read_text(cases.front().dump);
  for (int round = 0; round < 12; ++round) {
    std::string damaged = whole;
    for (int i = 0; i < 400; ++i) damaged[random() % damaged.size()] ^= static_cast<char>(1 << random() % 8);
    std::vector<std::unique_ptr<ByteSource>> files;
    files.push_back(std::make_unique<MemoryBytes>(std::as_bytes(std::span(damaged))));
    auto dump = Dump::open(std::move(files));
    if (!dump) continue;
    Kernel kernel(*dump);
    const SystemInfo info = read_system(kernel);
    EXPECT_LE(info.cpus_present, 8192U);
    for (const Task& task : read_tasks(kernel).tasks) {
      const Stack stack = stack_of(kernel, task);
      EXPECT_LE(stack.frames.size(), 257U);
    }
  }
}

}  // namespace
}  // namespace inquest::vmcore
