using System.Text.Json;
using Berth.Server.Problems;

namespace Berth.Server.Apis;

/// <summary>The body of PATCH on an installation. A member that is absent leaves what is; <c>"pinned": null</c> lifts the pin.</summary>
internal sealed record InstallationPatch(bool? Enabled, bool ChangesPin, string? Pinned, string? Channel)
{
    private const string Advice = "Send at least one of 'enabled' (true or false), 'pinned' (a version, a range, or null) and 'channel' (for example 'stable' or 'beta').";

    public bool IsOnlyEnabled => Enabled is not null && !ChangesPin && Channel is null;

    public static InstallationPatch Read(JsonElement body)
    {
        if (body.ValueKind is not JsonValueKind.Object)
            throw Invalid();
        bool? enabled = null;
        string? pinned = null, channel = null;
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
                case ("enabled" or "pinned" or "channel", _):
                    throw Invalid();
            }
        }

        return enabled is null && !changesPin && channel is null ? throw Invalid() : new InstallationPatch(enabled, changesPin, pinned, channel);
    }

    private static ApiProblemException Invalid() => new(StatusCodes.Status400BadRequest, "request.invalid", Advice);
}
