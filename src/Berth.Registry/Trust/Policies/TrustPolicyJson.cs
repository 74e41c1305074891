using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Berth.Packaging.Enforcement;
using Berth.Packaging.Scanning;

namespace Berth.Registry.Trust.Policies;

/// <summary>A policy as it is stored and as it goes over the wire: the same names.</summary>
internal static class TrustPolicyJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) },
    };

    public static string Write(TrustPolicy policy) => JsonSerializer.Serialize(Document.Of(policy), Options);

    public static JsonElement Show(TrustPolicy policy) => JsonSerializer.SerializeToElement(Document.Of(policy), Options);

    public static TrustPolicy Read(string level, string json) => JsonSerializer.Deserialize<Document>(json, Options)!.ToPolicy(level);

    /// <summary>Puts members over a policy. Returns what is wrong with them by themselves.</summary>
    public static IReadOnlyList<string> Merge(TrustPolicy current, JsonElement changes, out TrustPolicy merged)
    {
        merged = current;
        if (changes.ValueKind != JsonValueKind.Object)
            return ["The policy is a JSON object."];
        var document = JsonSerializer.SerializeToNode(Document.Of(current), Options)!.AsObject();
        List<string> faults = [];
        foreach (var change in changes.EnumerateObject().Where(change => change.Name is not "level"))
        {
            if (document.ContainsKey(change.Name))
                document[change.Name] = JsonNode.Parse(change.Value.GetRawText());
            else
                faults.Add($"{change.Name}: a policy has no such member. It has {string.Join(", ", document.Select(member => member.Key))}.");
            // One that is misspelt would limit nothing.
            if (change is { Name: "limits", Value.ValueKind: JsonValueKind.Object })
                faults.AddRange(change.Value.EnumerateObject().Where(limit => !UsageLimits.Names.Contains(limit.Name)).Select(limit => $"limits.{limit.Name}: there is no such limit. There are {string.Join(", ", UsageLimits.Names)}."));
        }

        if (faults.Count > 0)
            return faults;
        try
        {
            merged = document.Deserialize<Document>(Options)!.ToPolicy(current.Level);
            return merged is { RequiredScanners: null } or { RequiredSignatures: null } or { Isolation: null } || HasNull(merged)
                ? ["isolation, required_signatures and required_scanners are not null, and no list holds null."]
                : [];
        }
        catch (Exception exception) when (exception is JsonException or OverflowException or ArgumentOutOfRangeException)
        {
            return [$"{(exception as JsonException)?.Path?.TrimStart('$', '.') ?? "cool_down_seconds"}: not of the form that GET shows."];
        }
    }

    private static bool HasNull(TrustPolicy policy) =>
        policy.RequiredScanners.Concat(policy.RequiredSignatures).Concat(policy.CapabilityCeiling ?? []).Any(name => name is null);

    private sealed record Document(
        string? Level,
        IReadOnlyList<string>? CapabilityCeiling,
        string Isolation,
        IReadOnlyList<string> RequiredSignatures,
        IReadOnlyList<string> RequiredScanners,
        Severity HoldsFrom,
        Severity? RefusesFrom,
        long CoolDownSeconds,
        bool AutoUpdate,
        double RateFactor,
        UsageLimits? Limits)
    {
        public static Document Of(TrustPolicy policy) => new(
            policy.Level, policy.CapabilityCeiling, policy.Isolation, policy.RequiredSignatures, policy.RequiredScanners, policy.HoldsFrom, policy.RefusesFrom,
            (long)policy.CoolDown.TotalSeconds, policy.AutoUpdate, policy.RateFactor, policy.Limits);

        public TrustPolicy ToPolicy(string level) => new(
            level, CapabilityCeiling, Isolation, RequiredSignatures, RequiredScanners, HoldsFrom, RefusesFrom,
            TimeSpan.FromSeconds(CoolDownSeconds), AutoUpdate, RateFactor)
        { Limits = Limits ?? new UsageLimits() };
    }
}
