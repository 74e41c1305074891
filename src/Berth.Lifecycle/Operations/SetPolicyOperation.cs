using System.Text.RegularExpressions;
using Berth.Lifecycle.AutoUpdates;
using Berth.Lifecycle.Installations;
using Berth.Lifecycle.Operations.Journal;
using Berth.Lifecycle.Operations.Planning;
using Berth.Lifecycle.Operations.Rows;
using Berth.Packaging.Versioning;

namespace Berth.Lifecycle.Operations;

/// <summary>
/// The user's pin, channel, and wish that it be updated by itself. Before: installed. After: written, and obeyed by every
/// update and every install that would update this plugin along; the installed version stays, also outside the pin. After a
/// failure: as before.
/// </summary>
internal sealed partial class SetPolicyOperation(OperationParts parts, SetEnabledOperation setEnabled, AutoUpdateOptions autoUpdates)
{
    public async Task<OperationOutcome> RunAsync(OperationCaller caller, SetPolicyRequest request, CancellationToken cancellationToken)
    {
        var installed = await parts.Installations.OfUserAsync(caller.UserId, cancellationToken);
        if (!installed.TryFind(request.Slug, out var plugin))
            return Refusals.NotInstalled(request.Slug);
        var pinned = request.Pinned is null ? null : Wish.WithoutLetter(request.Pinned);
        if (Invalid(pinned, request.Channel) is { } invalid)
            return invalid;
        if (Check(plugin, installed) is { } refusal)
            return refusal;

        var changed = Changed(plugin);
        var notes = Notes(changed, request);
        if (request.IsDryRun)
            return new OperationOutcome.Planned(Plans.Without(OperationKinds.Pin, plugin, notes) with { Version = plugin.Version, Steps = ["commit"] });

        var result = new OperationResult
        {
            OperationId = OperationJournal.NewId(),
            Kind = OperationKinds.Pin,
            Slug = plugin.Slug,
            PluginId = plugin.PluginId,
            Version = plugin.Version,
            Notes = notes,
            Changed = [.. Names(request)],
        };
        var present = plugin;
        return await QuickOperation.RunAsync(
            parts, caller, result, new OperationData { Version = plugin.Version }, purged: null,
            async (session, done) =>
            {
                var after = Changed(present);
                if (await PluginRows.SetPolicyAsync(session, plugin.PluginId, caller.UserId, after.Pinned, after.Channel, parts.Now) == 0)
                    throw new RefusedException(Refusals.ChangedMeanwhile(plugin.Slug));
                if (request.Enabled is { } enabled)
                    await PluginRows.SetEnabledAsync(session, plugin.PluginId, caller.UserId, enabled, parts.Now);
                if (request.AutoUpdate is { } autoUpdate)
                    await AutoUpdateRows.SetAsync(session, present.PluginId, present.UserId, present.Slug, autoUpdate, parts.Now);
                return done;
            },
            now => now.TryFind(plugin.Slug, out present!) ? Check(present, now) : Refusals.NotInstalled(plugin.Slug),
            now => Changed(present) with { UpdatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now) },
            cancellationToken,
            after => parts.Records.Choose(after, request.AutoUpdate));

        InstalledPlugin Changed(InstalledPlugin before) => before with
        {
            Pinned = request.ChangesPin ? pinned : before.Pinned,
            Channel = request.Channel ?? before.Channel,
            Enabled = request.Enabled ?? before.Enabled,
        };

        OperationOutcome.Refused? Check(InstalledPlugin before, UserInstallations all) =>
            request.Enabled is { } enabled && enabled != before.Enabled ? setEnabled.Check(before, enabled, all) : null;
    }

    /// <summary>Whether a channel can be called this.</summary>
    public static bool IsChannelName(string text) => ChannelName().IsMatch(text);

    /// <summary>Why this cannot be a pin and a channel.</summary>
    public static OperationOutcome.Refused? Invalid(string? pinned, string? channel)
    {
        if (pinned is not null && (pinned.Length == 0 || !VersionRange.TryParse(pinned, out _)))
            return new OperationOutcome.Refused(RefusalKind.Unprocessable, "version.invalid", "A pin is a version or a range of versions, for example 1.3, ^1.2 or 1.3.1.", []);
        return channel is null || ChannelName().IsMatch(channel) ? null : new OperationOutcome.Refused(
            RefusalKind.Unprocessable, "channel.invalid", "A channel is 'stable' or the first identifier of prereleases, for example 'beta': a lower-case letter, then up to 31 lower-case letters, digits or hyphens.", []);
    }

    /// <summary>What the request names.</summary>
    private static IEnumerable<string> Names(SetPolicyRequest request)
    {
        if (request.ChangesPin)
            yield return "pinned";
        if (request.Channel is not null)
            yield return "channel";
        if (request.Enabled is not null)
            yield return "enabled";
        if (request.AutoUpdate is not null)
            yield return "auto_update";
    }

    private List<string> Notes(InstalledPlugin after, SetPolicyRequest request)
    {
        List<string> notes = [];
        if (after.Pinned is { } pin && !VersionRange.Parse(pin).Contains(SemanticVersion.Parse(after.Version), includePrerelease: true))
            notes.Add($"{after.Slug} {after.Version}, which is installed, is outside the pin {pin}; it stays until an update leads into it.");
        if (request.AutoUpdate is true && autoUpdates.Interval <= TimeSpan.Zero)
            notes.Add("This host updates nothing by itself: its operator switched that off.");
        return notes;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,31}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex ChannelName();
}
