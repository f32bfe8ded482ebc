#include "journal/hash.h"

#include <gtest/gtest.h>

namespace inquest::journal {
namespace {

// The vector of appendix A of "SipHash: a fast short-input PRF" (Aumasson, Bernstein).
TEST(SipHash, GivesThePapersVector) {
  std::string message;
  for (char c = 0; c < 15; ++c) message += c;
  EXPECT_EQ(siphash24(message, {0x0001020304050607, 0x08090a0b0c0d0e0f}), 0xa129ca6149be45e5U);
}

// The driver5() of Jenkins' lookup3.c.
TEST(Jenkins, GivesTheAuthorsVectors) {
  EXPECT_EQ(jenkins64(""), 0xdeadbeefdeadbeefU);
  EXPECT_EQ(jenkins64("Four score and seven years ago"), 0x17770551ce7226e6U);
}

}  // namespace
}  // namespace inquest::journal
