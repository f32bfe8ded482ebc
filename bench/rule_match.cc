// What trying every rule on every line costs: bench_rule_match FILE. In one run over the same lines in memory: how long
// it takes until the built-in patterns are ready, a bare pass over the bytes, and the matching, first as if the kernel
// had said every line, so that each counts.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "rules/case_line.h"
#include "rules/matcher.h"

namespace {

constexpr size_t kBlock = 256 << 10;  // as decoding gives them

// Of the processor's time, so that what else the machine does changes nothing.
double seconds_since(std::clock_t start) { return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC; }

// The best of three, in seconds.
template <class Work>
double best(Work&& work) {
  double out = 1e9;
  for (int i = 0; i < 3; ++i) {
    const auto start = std::clock();
    work();
    out = std::min(out, seconds_since(start));
  }
  return out;
}

struct Block {
  std::string text;
  std::vector<inquest::rules::Line> lines;
};

// The messages of the lines, as blocks.
std::vector<Block> blocks_of(const std::vector<std::string>& log) {
  std::vector<Block> out(1);
  for (const std::string& line : log) {
    if (out.back().text.size() + line.size() > kBlock) out.emplace_back();
    Block& block = out.back();
    const auto begin = static_cast<uint32_t>(block.text.size());
    block.text.append(inquest::rules::CaseLine::of(line, {}).message).push_back('\n');
    block.lines.push_back({begin, static_cast<uint32_t>(block.text.size() - 1), "kernel"});
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace inquest::rules;
  if (argc != 2) {
    fmt::print(stderr, "usage: bench_rule_match FILE\n");
    return 2;
  }
  const auto start = std::clock();
  const KnowledgeBase& base = KnowledgeBase::builtin();
  const double parsed = seconds_since(start);
  const auto matcher = Matcher::of(base);
  if (!matcher) {
    fmt::print(stderr, "{}\n", matcher.error().text());
    return 1;
  }
  LineScanner scanner(*matcher);
  const double ready = seconds_since(start);
  fmt::print("{} rules: {:.2f} ms until read, {:.2f} ms until ready to match\n", base.rules().size(), parsed * 1e3,
             ready * 1e3);

  std::ifstream in(argv[1], std::ios::binary);
  std::vector<std::string> log;
  for (std::string line; std::getline(in, line);) log.push_back(line);
  const std::vector<Block> blocks = blocks_of(log);
  double megabytes = 0;
  for (const Block& block : blocks) megabytes += static_cast<double>(block.text.size()) / 1e6;

  size_t count = 0;
  const double pass = best([&] {
    for (const Block& block : blocks) count += static_cast<size_t>(std::ranges::count(block.text, '\n'));
  });
  std::vector<Hit> hits;
  size_t fired = 0;
  const double scan = best([&] {
    fired = 0;
    for (const Block& block : blocks) {
      scanner.scan(block.text, block.lines, hits);
      fired += hits.size();
    }
  });
  fmt::print("{:.0f} MB of messages in {} lines; {} hits\n", megabytes, log.size(), fired);
  fmt::print("{:<34} {:8.0f} MB/s\n", "counting their line ends", megabytes / pass);
  fmt::print("{:<34} {:8.0f} MB/s\n", "every rule on every line", megabytes / scan);
  return count == 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}
