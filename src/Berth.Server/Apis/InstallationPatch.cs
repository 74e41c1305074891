using System.Text.Json;
using Berth.Lifecycle.Installations;
using Berth.Packaging.Variants;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>The body of PATCH on an installation. A member that is absent leaves what is; <c>"pinned": null</c> lifts the pin.</summary>
internal sealed record InstallationPatch(bool? Enabled, bool ChangesPin, string? Pinned, string? Channel, bool? AutoUpdate)
{
    private const int MostCapabilities = 100;

    private const string Advice =
        "Send at least one of 'enabled' (true or false), 'pinned' (a version, a range, or null), 'channel' (for example 'stable' or 'beta') and 'auto_update' (true or false); or 'variant' ('optimized' or 'original') alone; "
        + "or 'grant' and 'revoke' (lists of capabilities, none of them in both) alone.";

    public bool? AllowsVariant { get; private init; }

    public IReadOnlyList<string> Grant { get; private init; } = [];

    public IReadOnlyList<string> Revoke { get; private init; } = [];

    public bool ChangesGrants { get; private init; }

    public bool IsOnlyEnabled => Enabled is not null && !ChangesPin && Channel is null && AutoUpdate is null;

    public static InstallationPatch Read(JsonElement body)
    {
        if (body.ValueKind is not JsonValueKind.Object)
            throw Invalid();
        bool? enabled = null, autoUpdate = null, allowsVariant = null;
        string? pinned = null, channel = null;
        IReadOnlyList<string>? grant = null, revoke = null;
        var changesPin = false;
        foreach (var member in body.EnumerateObject())
        {
            switch (member.Name, member.Value.ValueKind)
            {
                case ("enabled", JsonValueKind.True or JsonValueKind.False):
                    enabled = member.Value.GetBoolean();
                    break;
                case ("pinned", JsonValueKind.String or JsonValueKind.Null):
                    (changesPin, pinned) = (true, member.Value.GetString());
                    break;
                case ("channel", JsonValueKind.String):
                    channel = member.Value.GetString();
                    break;
                case ("auto_update", JsonValueKind.True or JsonValueKind.False):
                    autoUpdate = member.Value.GetBoolean();
                    break;
                case ("variant", JsonValueKind.String) when member.Value.GetString() is VariantStatement.Optimized or InstalledPlugin.OriginalVariant:
                    allowsVariant = member.Value.GetString() is VariantStatement.Optimized;
                    break;
                case ("grant", JsonValueKind.Array):
                    grant = Names(member.Value);
                    break;
                case ("revoke", JsonValueKind.Array):
                    revoke = Names(member.Value);
                    break;
                case ("enabled" or "pinned" or "channel" or "auto_update" or "variant" or "grant" or "revoke", _):
                    throw Invalid();
            }
        }

        // One operation each in journal, audit and events.
        var isPolicy = enabled is not null || changesPin || channel is not null || autoUpdate is not null;
        var changesGrants = grant is not null || revoke is not null;
        if (new[] { isPolicy, allowsVariant is not null, changesGrants }.Count(isAsked => isAsked) != 1 || (grant ?? []).Intersect(revoke ?? [], StringComparer.Ordinal).Any())
            throw Invalid();
        return new InstallationPatch(enabled, changesPin, pinned, channel, autoUpdate)
        {
            AllowsVariant = allowsVariant,
            Grant = grant ?? [],
            Revoke = revoke ?? [],
            ChangesGrants = changesGrants,
        };
    }

    private static IReadOnlyList<string> Names(JsonElement list) =>
        list.GetArrayLength() <= MostCapabilities && list.EnumerateArray().All(name => name is { ValueKind: JsonValueKind.String } && name.GetString() is { Length: > 0 and <= 100 })
            ? [.. list.EnumerateArray().Select(name => name.GetString()!).Distinct(StringComparer.Ordinal)]
            : throw Invalid();

    private static ApiProblemException Invalid() => new(StatusCodes.Status400BadRequest, "request.invalid", Advice);
}
