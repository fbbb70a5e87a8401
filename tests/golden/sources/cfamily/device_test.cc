// Copyright 2020 Someone. All rights reserved.

// Tests of the device.

#include "device.h"
#include <gtest/gtest.h>

namespace core {
namespace {

class DeviceTest : public ::testing::Test {};

// A helper.
int helper(int x) { return x; }

TEST_F(DeviceTest, Counts) {
  EXPECT_EQ(helper(1), 1);
}

TEST(Device, IsThere) { struct Local { int x; }; }

INSTANTIATE_TEST_SUITE_P(All, DeviceTest,
                         testing::Values(1, 2));

} // namespace
} // namespace core
