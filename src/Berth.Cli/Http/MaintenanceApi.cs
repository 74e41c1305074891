using System.Text.Json;
using Berth.Cli.Output;

namespace Berth.Cli.Http;

/// <summary>What the store holds and the examination of a server, for administrators.</summary>
internal static class MaintenanceApi
{
    /// <summary>Versions in the store and in use.</summary>
    public static Task<VersionList> VersionsAsync(this ApiConnection host, CancellationToken cancellationToken) =>
        host.GetAsync<VersionList>("/api/v1/plugins/system/versions", cancellationToken);

    /// <summary>One page of a version's users.</summary>
    public static Task<VersionUserPage> VersionUsersAsync(this ApiConnection host, string slug, string version, string? cursor, CancellationToken cancellationToken) =>
        host.GetAsync<VersionUserPage>(
            $"/api/v1/plugins/system/versions/{Uri.EscapeDataString(slug)}/{Uri.EscapeDataString(version)}/users?limit=100{(cursor is null ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}",
            cancellationToken);

    /// <summary>The isolation levels of a server, tried anew; none from a server that does not tell.</summary>
    public static async Task<IReadOnlyList<LevelEntry>> IsolationAsync(this ApiConnection host, CancellationToken cancellationToken)
    {
        try
        {
            return (await host.GetAsync<LevelList>("/api/v1/plugins/system/isolation?again=true", cancellationToken)).Levels;
        }
        catch (CommandFailedException failure) when (failure.Exit == ExitCode.NotFound)
        {
            return [];
        }
    }

    /// <summary>What a server offers to plugins of its machine; nothing from a server that does not tell.</summary>
    public static async Task<IReadOnlyList<OfferEntry>> OffersAsync(this ApiConnection host, CancellationToken cancellationToken)
    {
        try
        {
            return (await host.GetAsync<OfferList>("/api/v1/plugins/system/offers", cancellationToken)).Offers;
        }
        catch (CommandFailedException failure) when (failure.Exit == ExitCode.NotFound)
        {
            return [];
        }
    }

    /// <summary>The lines of an examination, as they come.</summary>
    public static async IAsyncEnumerable<DoctorLine> DoctorAsync(
        this ApiConnection host, bool fix, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var response = await host.SendAsync(
            () => host.Request(HttpMethod.Post, $"/api/v1/plugins/system/doctor?fix={(fix ? "true" : "false")}"), HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
                yield return DoctorLine.Read(line);
        }
    }
}

/// <summary>Versions in the store and in use.</summary>
internal sealed record VersionList(IReadOnlyList<VersionEntry> Versions, long TotalBytes);

/// <summary>One of them.</summary>
internal sealed record VersionEntry(
    string PluginSlug, string Version, bool InStore, string? Digest, string? TrustLevel, long Bytes, int Files, long Users, long RollbackSlots,
    DateTimeOffset? ReferencedAt, string? UpdateTo);

/// <summary>Who uses a version.</summary>
internal sealed record VersionUserPage(IReadOnlyList<VersionUserEntry> Users, string? NextCursor);

/// <summary>One of them.</summary>
internal sealed record VersionUserEntry(string UserId, string Slot);

/// <summary>The isolation levels of a server.</summary>
internal sealed record LevelList(IReadOnlyList<LevelEntry> Levels);

/// <summary>One of them.</summary>
internal sealed record LevelEntry(string Level, bool Available, string Reason, string? Remedy, IReadOnlyList<string> Gaps, IReadOnlyList<string>? Unlimited = null);

/// <summary>What a server offers to plugins of its machine.</summary>
internal sealed record OfferList(IReadOnlyList<OfferEntry> Offers);

/// <summary>One folder or program.</summary>
internal sealed record OfferEntry(string Kind, string Name, string Path, string Access, bool Usable, string? Reason, string? Remedy);

/// <summary>One line of an examination: progress, finding, result, offer or error.</summary>
internal sealed record DoctorLine(
    string Type, string? Check, long? Done, string? Code, string? Severity, string? Subject, string? Explanation, string? Remedy, bool IsFixed, string? Deed,
    string? Detail, int? Findings, int? Repaired, int? Remaining, int? Notes, long? Rebuilt)
{
    /// <summary>What is offered to plugins, in a line that tells of that.</summary>
    public OfferEntry? Offer { get; private init; }

    /// <summary>Reads a line; <c>fixed</c> and <c>done</c> are a flag and a text in findings and numbers elsewhere.</summary>
    public static DoctorLine Read(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            return new DoctorLine(
                Text("type") ?? "", Text("check"), Number("done"), Text("code"), Text("severity"), Text("subject"), Text("explanation"), Text("remedy"),
                json.TryGetProperty("fixed", out var isFixed) && isFixed.ValueKind == JsonValueKind.True, Text("done"), Text("detail"),
                (int?)Number("findings"), (int?)Number("fixed"), (int?)Number("remaining"), (int?)Number("notes"), Number("rebuilt"))
            {
                Offer = Text("type") == "offer" ? OfferOf() : null,
            };

            OfferEntry OfferOf() => new(
                Text("kind") ?? "", Text("name") ?? "", Text("path") ?? "", Text("access") ?? "",
                json.TryGetProperty("usable", out var usable) && usable.ValueKind == JsonValueKind.True, Text("reason"), Text("remedy"));

            string? Text(string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            long? Number(string name) => json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;
        }
        catch (Exception problem) when (problem is JsonException or InvalidOperationException)
        {
            throw new CommandFailedException(ExitCode.Failed, "client.answer.unreadable", "The examination answered something that is no line of one.", inner: problem);
        }
    }
}
