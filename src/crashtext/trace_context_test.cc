#include "crashtext/trace_context.h"

#include <gtest/gtest.h>

namespace inquest::crashtext {
namespace {

TEST(TraceContext, KnowsTheMarkersOfOldAndNewKernels) {
  EXPECT_EQ(parse_trace_marker("<IRQ>")->context, TraceContext::Irq);
  EXPECT_EQ(parse_trace_marker("<SOFTIRQ>")->context, TraceContext::SoftIrq);
  EXPECT_EQ(parse_trace_marker("<NMI> f")->length, 5U);
  const auto ended = parse_trace_marker("<<EOE>> ");
  ASSERT_TRUE(ended);
  EXPECT_TRUE(ended->ends);
  EXPECT_EQ(ended->context, TraceContext::Task);
  EXPECT_EQ(ended->length, 7U);
}

TEST(TraceContext, LeavesOtherAngleBracketsAlone) {
  for (const char* text : {"<6>", "<html>", "<IRQ", "IRQ>", "<>", "", "<ffffffff81000000>"}) {
    EXPECT_FALSE(parse_trace_marker(text)) << text;
  }
}

}  // namespace
}  // namespace inquest::crashtext
