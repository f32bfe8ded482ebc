// Expressions over kernels that really died: the small dumps of tests/golden/vmcore, which are always there.
#include "vmcore/expression.h"

#include <array>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace inquest::vmcore {
namespace {

void for_each_slim_kernel(const std::function<void(Kernel&)>& look) {
  int seen = 0;
  for (const auto& entry : std::filesystem::directory_iterator(INQUEST_SOURCE_DIR "/tests/golden/vmcore")) {
    if (entry.path().extension() != ".vmcore") continue;
    SCOPED_TRACE(entry.path().string());
    auto dump = Dump::open(entry.path().string());
    ASSERT_TRUE(dump) << dump.error().text();
    Kernel kernel(*dump);
    look(kernel);
    ++seen;
  }
  EXPECT_GT(seen, 0);
}

struct Expected {
  std::string expression;
  uint64_t number;
};

TEST(Expression, CountsAsCDoes) {
  const std::vector<Expected> all = {
      {"1+2*3", 7},
      {"(1+2)*3", 9},
      {"10 - 4 - 3", 3},
      {"1 << 4 | 3", 19},
      {"0x10 + 10", 26},
      {"-7 / 2 == -3", 1},
      {"-7 % 3 == -1", 1},
      {"~0 == -1", 1},
      {"!5", 0},
      {"1 < 2 && 3 >= 3", 1},
      {"-1 < 0", 1},
      {"1 << 64", 0},
      {"(u8)0x1ff", 255},
      {"(signed char)0xff == -1", 1},
      {"sizeof(int)", 4},
      {"sizeof(struct list_head)", 16},
      {"sizeof(void *)", 8},
      {"(struct list_head *)0 + 2 == 32", 1},
      {"(void *)8 + 1 == 9", 1},
      {"offsetof(struct list_head, prev)", 8},
  };
  for_each_slim_kernel([&](Kernel& kernel) {
    for (const Expected& one : all) {
      const auto value = evaluate(kernel, one.expression);
      ASSERT_TRUE(value) << one.expression << ": " << value.error().text();
      ASSERT_EQ(value->values.size(), 1U) << one.expression;
      EXPECT_EQ(number_of(kernel, value->values[0]), one.number) << one.expression;
    }
  });
}

TEST(Expression, FindsItsWayThroughTheKernel) {
  // Whatever the kernel: each says of itself that it is so.
  const std::vector<std::string> truths = {
      "init_task.pid == 0",
      "init_task->pid == init_task.pid",
      "(&init_task)->tasks.next != 0",
      "*(int *)&init_task.pid == 0",
      "(&init_task)[0].pid == 0",
      "&init_task.comm[1] - &init_task.comm[0] == 1",
      "container_of(&init_task.tasks, struct task_struct, tasks) == &init_task",
      "init_task.comm[0] == 115",
      "((struct task_struct)init_task).pid == 0",
      "per_cpu(runqueues, 0).cpu == 0",
      "runqueues:0.cpu == 0",
      "per_cpu(runqueues, 0).idle->pid == 0",
      "sizeof(runqueues) == sizeof(struct rq)",
      "current->on_cpu == 1",
  };
  for_each_slim_kernel([&](Kernel& kernel) {
    for (const std::string& truth : truths) {
      const auto value = evaluate(kernel, truth);
      ASSERT_TRUE(value) << truth << ": " << value.error().text();
      EXPECT_EQ(number_of(kernel, value->values.at(0)), 1U) << truth;
    }
  });
}

TEST(Expression, DoesToEachOfAListWhatFollowsIt) {
  for_each_slim_kernel([](Kernel& kernel) {
    const auto pids = evaluate(kernel, "list(init_task.tasks, struct task_struct, tasks).pid");
    ASSERT_TRUE(pids) << pids.error().text();
    EXPECT_TRUE(pids->is_list);
    ASSERT_GT(pids->values.size(), 2U);
    EXPECT_EQ(number_of(kernel, pids->values[0]), 1U);
    EXPECT_EQ(number_of(kernel, pids->values[1]), 2U);
    const auto cpus = evaluate(kernel, "per_cpu(runqueues, a).cpu");
    ASSERT_TRUE(cpus);
    ASSERT_EQ(cpus->values.size(), kernel.possible_cpus().size());
    EXPECT_EQ(number_of(kernel, cpus->values.back()), kernel.possible_cpus().back());
    const auto none = evaluate(kernel, "list(init_task.tasks, struct task_struct, tasks) + 1");
    EXPECT_TRUE(none && none->values.empty() && !none->problems.empty()) << "structs have no sums";
  });
}

TEST(Expression, SaysWhatIsWrongAndWhere) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"", "character 1"},
      {"1 +", "ends too early"},
      {"(1", "ends too early"},
      {"1 2", "character 3"},
      {"init_task.", "ends too early"},
      {"init_task.nothing", "no member nothing"},
      {"no_such_symbol_anywhere", "no symbol"},
      {"(struct no_such_struct *)1", "no such type"},
      {"*1", "no pointer"},
      {"*(int *)0", "null"},
      {"*(void *)8", "void"},
      {"1/0", "division by zero"},
      {"init_task.comm[16]", "element 16 of 16"},
      {"runqueues", "each CPU"},
      {"per_cpu(runqueues, 99999)", "no CPU"},
      {"panic(1)", "the machine is dead"},
      {"linux_banner", "does not carry the type"},
      {"1 ? 2 : 3", "means nothing"},
      {"99999999999999999999", "no number"},
      {std::string(1000, '('), "too deep"},
      {std::string(1000, '-') + "1", "too deep"},
  };
  for_each_slim_kernel([&](Kernel& kernel) {
    for (const auto& [text, reason] : wrong) {
      const auto value = evaluate(kernel, text);
      if (value) {
        // A variable of no known type can be named, but not read.
        ASSERT_EQ(value->values.size(), 1U) << text;
        const auto number = number_of(kernel, value->values[0]);
        ASSERT_FALSE(number) << text;
        EXPECT_NE(number.error().text().find(reason), std::string::npos) << number.error().text();
        continue;
      }
      EXPECT_NE(value.error().text().find(reason), std::string::npos) << text << ": " << value.error().text();
    }
  });
}

TEST(Expression, AnyTextEndsInAnAnswerOrAnError) {
  static constexpr std::array kPieces = {
      "init_task", "runqueues", ":0",  "per_cpu(", "list(", "struct task_struct", "tasks", ",",  "(", ")", "*",  "&",
      "->",        ".",         "[",   "]",        "1",     "0xffffffffffffffff", "-",     "+",  "/", "%", "<<", "~",
      "!",         "sizeof(",   "pid", "int",      "comm",  "container_of(",      "==",    "&&", " ", "0", "u8"};
  auto dump = Dump::open(INQUEST_SOURCE_DIR "/tests/golden/vmcore/sysrq-c.vmcore");
  ASSERT_TRUE(dump);
  Kernel kernel(*dump);
  std::mt19937 random(4);
  size_t answers = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (uint32_t n = 1 + random() % 8; n > 0; --n) text += kPieces[random() % kPieces.size()];
    const auto value = evaluate(kernel, text);
    if (!value) {
      EXPECT_FALSE(value.error().text().empty()) << text;
      continue;
    }
    ++answers;
    for (const Value& one : value->values) (void)number_of(kernel, one);
  }
  EXPECT_GT(answers, 100U);
}

}  // namespace
}  // namespace inquest::vmcore
