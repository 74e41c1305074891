using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Bulk;
using Berth.Lifecycle.DesiredStates;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Isolation;
using Berth.Lifecycle.Operations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.PrivatePackages;
using Berth.Lifecycle.Sharing;

namespace Berth.Lifecycle;

/// <summary>JSON of rows and records, generated at build.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<string>))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonNode))]
[JsonSerializable(typeof(JsonObject))]
[JsonSerializable(typeof(OperationData))]
[JsonSerializable(typeof(OperationDetail))]
[JsonSerializable(typeof(OperationResult))]
[JsonSerializable(typeof(List<JournalStep>))]
[JsonSerializable(typeof(SitePinDetail))]
[JsonSerializable(typeof(DesiredStateTrail))]
[JsonSerializable(typeof(IsolationRuleTrail))]
[JsonSerializable(typeof(Dictionary<string, RecoveryEntry>))]
[JsonSerializable(typeof(PrivateTrail))]
[JsonSerializable(typeof(BulkData))]
[JsonSerializable(typeof(BulkProgress))]
[JsonSerializable(typeof(BulkTrail))]
[JsonSerializable(typeof(ShareTrail))]
[JsonSerializable(typeof(AutoUpdateTrail))]
internal sealed partial class LifecycleJson : JsonSerializerContext;
