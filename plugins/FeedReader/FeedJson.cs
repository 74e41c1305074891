using System.Text.Json;
using System.Text.Json.Serialization;
using FeedReader.Subscriptions;
using Plugins.Http;

namespace FeedReader;

/// <summary>Source-generated JSON: reflection would keep the plugin in memory after its unloading.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FeedAnswer))]
[JsonSerializable(typeof(EntriesAnswer))]
[JsonSerializable(typeof(FeedSettings))]
[JsonSerializable(typeof(Subscription))]
[JsonSerializable(typeof(SubscriptionDraft))]
[JsonSerializable(typeof(SubscriptionList))]
[JsonSerializable(typeof(Problem))]
[JsonSerializable(typeof(VersionAnswer))]
public sealed partial class FeedJson : JsonSerializerContext;
