#pragma once

#include "net/grpc.h"

namespace tidings::net {

/// Registers `grpc.reflection.v1.ServerReflection` and v1alpha (grpc/grpc
/// doc/server-reflection.md), which tell the services registered so far, and the schemas that
/// protobuf's generated pool has of them. Call last.
///
/// A schema is in the pool when its generated code is linked in: name one of its types somewhere.
void AddGrpcReflection(GrpcServices& services);

}  // namespace tidings::net
