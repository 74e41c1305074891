using System.Text.Json;
using System.Text.Json.Nodes;

namespace Berth.Host.Isolation.Container;

/// <summary>
/// The filter over system calls for podman: the machine's own profile for containers, a list of what is allowed, less what
/// <see cref="OciBundle"/> refuses. Where the machine has no profile, that alone.
/// </summary>
internal static class PodmanFilter
{
    // The administrator's, then the distribution's (containers-common).
    private static readonly string[] Places = ["/etc/containers/seccomp.json", "/usr/share/containers/seccomp.json"];

    /// <summary>Makes the profile.</summary>
    public static JsonObject Make() => Make(Places.FirstOrDefault(File.Exists) is { } place ? File.ReadAllText(place) : null);

    /// <summary>Makes the profile from the text of the machine's own.</summary>
    public static JsonObject Make(string? own)
    {
        if (Read(own) is not { } profile || profile["syscalls"] is not JsonArray rules)
            return OciBundle.Filter();
        foreach (var rule in rules.OfType<JsonObject>().ToList())
        {
            if (rule["names"] is not JsonArray names)
                continue;
            foreach (var name in names.Where(name => name is JsonValue value && value.TryGetValue(out string? text) && OciBundle.RefusedCalls.Contains(text)).ToList())
                names.Remove(name);
            if (names.Count == 0)
                rules.Remove(rule);
        }

        // The worker gives up files by these (landlock(7)); they take rights away and give none.
        rules.Add(new JsonObject { ["names"] = new JsonArray("landlock_create_ruleset", "landlock_add_rule", "landlock_restrict_self"), ["action"] = "SCMP_ACT_ALLOW" });
        rules.Add(OciBundle.Refusal());
        return profile;
    }

    private static JsonObject? Read(string? text)
    {
        try
        {
            return text is null ? null : JsonNode.Parse(text) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
