// store/references.h - which objects an object names.
#pragma once

#include <functional>
#include <optional>

#include "vstore/object.h"

namespace vstore {

/// An id named by an object; `type` nullopt where the namer does not know: a file's content is a chunk or
/// a list node.
using VisitReference = std::function<void(const Id& id, std::optional<ObjectType> type)>;

/// Calls `visit` for everything that the object names. Parents of operations are not visited: past the
/// retention horizon they are gone (protocol.md rule 19).
void visit_references(ObjectType type, const Blob& bytes, const VisitReference& visit);

}  // namespace vstore
