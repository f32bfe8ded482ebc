#include "record/counters.h"

#include <gtest/gtest.h>

namespace inquest::record {
namespace {

TEST(Counters, AreWrittenInPrometheusForm) {
  Counters counters;
  counters.counter("b_total", "Things.", {{"kind", "a\"b\\c\nd"}}).add(3);
  counters.gauge("c", "Now.", [] { return 0.5; });
  counters.counter("b_total", "Not this.", {{"kind", "x"}, {"host", "y"}}).add();
  counters.gauge("a", "Up\nand down.").add(-2);
  EXPECT_EQ(counters.text(),
            "# HELP a Up\\nand down.\n# TYPE a gauge\na -2\n"
            "# HELP b_total Things.\n# TYPE b_total counter\n"
            "b_total{kind=\"a\\\"b\\\\c\\nd\"} 3\nb_total{kind=\"x\",host=\"y\"} 1\n"
            "# HELP c Now.\n# TYPE c gauge\nc 0.5\n");
}

TEST(Counters, GiveTheSameOneForTheSameNameAndLabels) {
  Counters counters;
  Counter& first = counters.counter("a", "", {{"x", "1"}});
  for (int i = 0; i < 100; ++i) counters.counter("other", "", {{"x", std::to_string(i)}});
  EXPECT_EQ(&counters.counter("a", "", {{"x", "1"}}), &first);
  EXPECT_NE(&counters.counter("a", "", {{"x", "2"}}), &first);
}

TEST(Counters, HaveASetForEachListener) {
  Counters counters;
  ListenerCounters one(counters, "one");
  ListenerCounters again(counters, "one");
  one.lost.add(2);
  again.lost.add();
  EXPECT_NE(counters.text().find("inquest_listener_lost_total{listener=\"one\"} 3\n"), std::string::npos);
}

}  // namespace
}  // namespace inquest::record
