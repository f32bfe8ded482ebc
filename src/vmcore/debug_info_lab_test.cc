// Lines and inlined functions beside those that drgn tells, where a crash lab lies beside the source tree and the
// debug information of its kernel is under $INQUEST_DEBUG_ROOT (else /usr/lib/debug).
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "vmcore/tasks.h"

namespace inquest::vmcore {
namespace {

namespace fs = std::filesystem;

struct TruthFrame {
  std::string function;  // empty where drgn prints an address
  std::string place;     // "kernel/panic.c:459"
};
using TruthStack = std::vector<TruthFrame>;

// "#2  schedule (kernel/sched/core.c:6660:3)", "#8  0x47b7a0"
TruthFrame frame_of(std::string_view line) {
  const auto words = split_blanks(line);
  if (words.size() < 2 || words[1].starts_with("0x")) return {};
  TruthFrame out;
  out.function = words[1].substr(0, words[1].find('+'));
  const size_t open = line.find('(');
  const size_t close = line.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return out;
  const std::string_view place = line.substr(open + 1, close - open - 1);
  const size_t number = place.find(':');
  out.place = place.substr(0, place.find(':', std::min(number, place.size() - 1) + 1));
  return out;
}

std::map<uint32_t, TruthStack> read_truth(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::map<uint32_t, TruthStack> out;
  TruthStack* stack = nullptr;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("BT ")) {
      const auto words = split_blanks(line);
      stack = words.size() < 2 ? nullptr : &out[parse_int<uint32_t>(words[1]).value_or(0)];
    } else if (line.starts_with("#") && stack != nullptr) {
      stack->push_back(frame_of(line));
    } else if (line.starts_with("CPU ") || line.starts_with("[")) {
      stack = nullptr;
    }
  }
  return out;
}

// Build machines' folders are cut off of ours.
bool same_place(std::string_view ours, std::string_view theirs) {
  return !ours.empty() && theirs.ends_with(ours) &&
         (theirs.size() == ours.size() || theirs[theirs.size() - ours.size() - 1] == '/');
}

TEST(DebugInfoLab, LinesAndInlinedFunctionsAreThoseThatDrgnTells) {
  const fs::path lab = INQUEST_SOURCE_DIR "/../shared/lab";
  if (!fs::exists(lab / "dumps")) GTEST_SKIP() << "no crash lab beside the source tree";
  const char* const named = std::getenv("INQUEST_DEBUG_ROOT");
  DebugSearch search;
  search.root = named == nullptr ? "/usr/lib/debug" : named;
  size_t compared = 0;
  for (const auto& entry : fs::directory_iterator(lab / "dumps")) {
    const std::string name = entry.path().filename().string();
    SCOPED_TRACE(name);
    auto dump = Dump::open(entry.path().string());
    ASSERT_TRUE(dump) << dump.error().text();
    Kernel kernel(*dump, search);
    if (kernel.debug_files().of_kernel(dump->vmcoreinfo()) == nullptr) continue;
    const auto truth = read_truth(lab / "cases" / name.substr(0, name.find(".d31")) / "truth-drgn02.txt");
    for (const Task& task : read_tasks(kernel).tasks) {
      const auto theirs = truth.find(task.pid);
      if (task.pid == 0 || theirs == truth.end()) continue;
      size_t at = 0;
      for (const Frame& frame : stack_of(kernel, task).frames) {
        if (frame.user || !frame.location.module.empty()) {
          ++at;
          continue;
        }
        for (const SourceFrame& one : kernel.source_frames(frame.ip, frame.return_address)) {
          ASSERT_LT(at, theirs->second.size()) << "PID " << task.pid << ": " << one.function;
          const TruthFrame& other = theirs->second[at++];
          if (!one.function.empty()) {
            EXPECT_EQ(one.function, other.function) << "PID " << task.pid;
          }
          EXPECT_TRUE(same_place(fmt::format("{}:{}", one.file, one.line), other.place))
              << "PID " << task.pid << ": " << one.file << ":" << one.line << " is not " << other.place;
          ++compared;
        }
      }
    }
  }
  if (compared == 0) GTEST_SKIP() << "no debug information of the lab's kernel under " << search.root;
  EXPECT_GT(compared, 1000U);
}

TEST(DebugInfoLab, TypesAreThoseOfTheKernelsOwnBtf) {
  const fs::path dumps = INQUEST_SOURCE_DIR "/../shared/lab/dumps";
  if (!fs::exists(dumps)) GTEST_SKIP() << "no crash lab beside the source tree";
  const char* const named = std::getenv("INQUEST_DEBUG_ROOT");
  DebugSearch search;
  search.root = named == nullptr ? "/usr/lib/debug" : named;
  search.ignore_btf = true;
  auto dump = Dump::open(fs::directory_iterator(dumps)->path().string());
  ASSERT_TRUE(dump) << dump.error().text();
  Kernel carried(*dump);
  Kernel beside(*dump, search);
  if (beside.types().empty()) GTEST_SKIP() << "no debug information of the lab's kernel under " << search.root;
  for (const char* name : {"task_struct",   "mm_struct",     "vm_area_struct", "page",       "rq",
                           "cfs_rq",        "module",        "dentry",         "inode",      "file",
                           "super_block",   "request_queue", "net_device",     "sock",       "irq_desc",
                           "timer_base",    "zone",          "kmem_cache",     "mutex",      "rw_semaphore",
                           "signal_struct", "cred",          "cgroup",         "maple_node", "orc_entry"}) {
    const Type one = carried.types().structure(name);
    const Type other = beside.types().structure(name);
    ASSERT_TRUE(one && other) << name;
    EXPECT_EQ(info_of(one).size, info_of(other).size) << name;
    const auto members = one.source->members(one.id);
    const auto others = other.source->members(other.id);
    ASSERT_EQ(members.size(), others.size()) << name;
    for (size_t i = 0; i < members.size(); ++i) {
      SCOPED_TRACE(fmt::format("{}.{}", name, members[i].name));
      EXPECT_EQ(members[i].name, others[i].name);
      EXPECT_EQ(members[i].bit_offset, others[i].bit_offset);
      EXPECT_EQ(members[i].bit_size, others[i].bit_size);
      EXPECT_EQ(info_of(strip_typedefs(members[i].type)).size, info_of(strip_typedefs(others[i].type)).size);
    }
  }
}

}  // namespace
}  // namespace inquest::vmcore
