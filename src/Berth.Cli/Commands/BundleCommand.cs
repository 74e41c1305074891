using System.CommandLine;
using System.Text.Json;
using Berth.Cli.Output;
using Berth.Packaging.Archive;
using Berth.Packaging.Bundles;
using Berth.Packaging.Signing;

namespace Berth.Cli.Commands;

/// <summary><c>berth bundle create | verify | import | keys</c>: plugins of a registry in one signed file, for registries without a network between them.</summary>
internal static class BundleCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) =>
        new("bundle", "Carry plugins to a registry without a network") { CreateBundle(runner), Verify(runner), Import(runner), Keys(runner) };

    private static Command CreateBundle(CommandRunner runner)
    {
        var output = new Option<FileInfo>("--output", "-o") { Description = "The file to write", Required = true, HelpName = "file" };
        var plugins = new Option<string[]>("--plugins") { Description = "Which plugins: slug or slug@range, separated by commas", Required = true, HelpName = "list", AllowMultipleArgumentsPerToken = true };
        var dependencies = new Option<bool>("--with-dependencies") { Description = "With the plugins that they need" };
        var advisories = new Option<bool>("--without-advisories") { Description = "Leave out the advisories that the registry has" };
        return runner.Bind(
            new Command("create", "Make a bundle from the registry (administrators)") { output, plugins, dependencies, advisories },
            (context, cancellationToken) => CreateAsync(context, context.Get(output)!, context.Get(plugins)!, context.Get(dependencies), !context.Get(advisories), cancellationToken));
    }

    private static Command Verify(CommandRunner runner)
    {
        var (file, keys) = FileAndKeys(areRequired: true);
        return runner.Bind(
            new Command("verify", "Verify a bundle, without a network") { file, keys },
            (context, cancellationToken) => VerifyAsync(context, context.Get(file)!, context.Get(keys)!, cancellationToken));
    }

    private static Command Import(CommandRunner runner)
    {
        var (file, keys) = FileAndKeys(areRequired: false);
        var accepted = new Option<string?>("--accept-key") { Description = "The bundle's key is one that its registry has now, although another one has signed its bundles so far", HelpName = "kid" };
        return runner.Bind(
            new Command("import", "Take a bundle into the registry (administrators)") { file, keys, accepted },
            (context, cancellationToken) => ImportAsync(context, context.Get(file)!, context.Get(keys), context.Get(accepted), cancellationToken));
    }

    private static Command Keys(CommandRunner runner) => runner.Bind(
        new Command("keys", "Print the keys that the registry signs bundles with, as a JWK set"),
        async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var keys = await registry.GetAsync<JsonElement>("/api/v1/bundles/keys", cancellationToken);
            context.Report.Data(new KeysOutput(keys), keys.GetRawText());
            return ExitCode.Done;
        });

    private static (Argument<FileInfo> File, Option<FileInfo?> Keys) FileAndKeys(bool areRequired) => (
        new Argument<FileInfo>("file") { Description = "The bundle" },
        new Option<FileInfo?>("--keys") { Description = "A JWK set of keys that may have signed it; see `berth bundle keys`", Required = areRequired, HelpName = "file" });

    private static async Task<ExitCode> CreateAsync(CommandContext context, FileInfo output, string[] plugins, bool withDependencies, bool withAdvisories, CancellationToken cancellationToken)
    {
        var registry = await context.RegistryAsync(cancellationToken);
        var wanted = plugins.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).ToList();
        var body = new ExportRequest(wanted, withDependencies, withAdvisories);
        if (context.IsDryRun)
        {
            var plan = await registry.SendAsync<JsonElement>(HttpMethod.Post, "/api/v1/bundles/export?dry_run=true", body, cancellationToken);
            context.Report.Data(new PlanOutput(plan), plan.GetProperty("versions").EnumerateArray().Select(version => $"{version.GetProperty("slug")} {version.GetProperty("version")}"));
            return ExitCode.Done;
        }

        var partial = output.FullName + ".part";
        using (var response = await registry.SendAsync(() => registry.Request(HttpMethod.Post, "/api/v1/bundles/export", body), HttpCompletionOption.ResponseHeadersRead, cancellationToken))
        {
            await using var target = File.Create(partial);
            await context.Report.WatchAsync("Writing the bundle", CopyAsync(response, target, cancellationToken));
        }

        // Whether it arrived whole is what its own signature says.
        var keys = JsonWebKeySet.Read(JsonSerializer.SerializeToUtf8Bytes(await registry.GetAsync<JsonElement>("/api/v1/bundles/keys", cancellationToken))).Key;
        try
        {
            var index = await ReadAsync(new FileInfo(partial), kid => keys?.Keys.Values.FirstOrDefault(key => key.Thumbprint == kid), cancellationToken);
            File.Move(partial, output.FullName, overwrite: true);
            context.Report.Result(
                Of(output, index), $"Wrote {output.Name} with {index.Index!.Versions.Count} versions and {AdvisoriesOf(index)} advisories.");
        }
        finally
        {
            File.Delete(partial);
        }

        return ExitCode.Done;
    }

    private static async Task<ExitCode> VerifyAsync(CommandContext context, FileInfo file, FileInfo keys, CancellationToken cancellationToken)
    {
        var trusted = MirrorCommand.ReadKeys(keys);
        var reading = await context.Report.WatchAsync("Verifying", ReadAsync(file, trusted.GetValueOrDefault, cancellationToken));
        context.Report.Data(
            Of(file, reading),
            reading.Index!.Versions.Select(version => $"{version.Slug} {version.Version} ({version.TrustLevel})")
                .Append($"{AdvisoriesOf(reading)} advisories").Append($"The bundle is whole and signed by {reading.SignedBy}."));
        return ExitCode.Done;
    }

    private static async Task<ExitCode> ImportAsync(CommandContext context, FileInfo file, FileInfo? keys, string? acceptedKey, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            throw Missing(file);
        }

        var set = keys is null ? null : JsonWebKeySet.Write(MirrorCommand.ReadKeys(keys).Values);
        var registry = await context.RegistryAsync(cancellationToken);
        var answer = await context.Report.WatchAsync("Importing", registry.SendContentAsync<ImportAnswer>(
            HttpMethod.Post, $"/api/v1/bundles?dry_run={(context.IsDryRun ? "true" : "false")}{(acceptedKey is null ? "" : $"&accept_key={Uri.EscapeDataString(acceptedKey)}")}",
            () =>
            {
                var form = new MultipartFormDataContent();
                if (set is not null)
                {
                    form.Add(new StringContent(set), "keys");
                }

                form.Add(new StreamContent(file.OpenRead()), "bundle", file.Name);
                return form;
            },
            cancellationToken));
        if (answer.KnownAs is { } known && known != answer.Source)
        {
            context.Report.Say($"{answer.Source} is known here as {known}: the same key signs for both.");
        }

        if (answer.Advisories is { } advisories)
        {
            context.Report.Say($"{advisories.Imported} advisories {(answer.DryRun ? "would be imported" : "imported")}, {advisories.Unchanged} known before; {advisories.Affected} published versions are newly affected.");
        }

        foreach (var stopped in answer.Quarantined ?? [])
        {
            context.Report.Warn($"{stopped} {(answer.DryRun ? "would be" : "was")} quarantined, because its source has quarantined it.");
        }

        foreach (var lifted in answer.Lifted ?? [])
        {
            context.Report.Say($"{lifted.Slug} {lifted.Version}: its {lifted.Mark} {(answer.DryRun ? "would be" : "was")} lifted, because its source has lifted it.");
        }

        foreach (var key in (answer.Keys?.Retired ?? []).Select(kid => $"{kid} {(answer.DryRun ? "would be" : "was")} retired").Concat((answer.Keys?.Revoked ?? []).Select(kid => $"{kid} {(answer.DryRun ? "would be" : "was")} revoked")))
        {
            context.Report.Warn($"the author's key {key}, because it is so at its source.");
        }

        foreach (var left in answer.Left ?? [])
        {
            context.Report.Warn(left);
        }

        context.Report.Table(
            new ImportOutput(answer.Source, answer.DryRun, answer.Versions, answer.Advisories, answer.Quarantined ?? [], answer.Lifted ?? [], answer.Keys, answer.Left ?? []), ["PLUGIN", "VERSION", "STATE", "WHY"],
            [.. answer.Versions.Select(version => (IReadOnlyList<string>)[version.Slug, version.Version, version.State, version.Detail ?? ""])]);
        return answer.Refused == 0 ? ExitCode.Done : answer.Refused < answer.Versions.Count ? ExitCode.Partly : ExitCode.Refused;
    }

    private static async Task<BundleReading> ReadAsync(FileInfo file, Func<string, VerificationKey?> trusted, CancellationToken cancellationToken)
    {
        if (!file.Exists)
        {
            throw Missing(file);
        }

        await using var bytes = file.OpenRead();
        var reading = await BundleReader.ReadAsync(bytes, trusted, PackageLimits.Default.MaxPackageBytes, cancellationToken: cancellationToken);
        return reading.Fault is { } fault ? throw new CommandFailedException(ExitCode.Refused, fault.Code, $"{file.Name}: {fault.Reason}") : reading;
    }

    private static CommandFailedException Missing(FileInfo file) => new(ExitCode.NotFound, "client.file.missing", $"{file.FullName} does not exist.");

    private static async Task<bool> CopyAsync(HttpResponseMessage response, Stream target, CancellationToken cancellationToken)
    {
        await (await response.Content.ReadAsStreamAsync(cancellationToken)).CopyToAsync(target, cancellationToken);
        return true;
    }

    private static BundleOutput Of(FileInfo file, BundleReading reading) =>
        new(file.FullName, reading.Index!.Source, reading.SignedBy!, [.. reading.Index.Versions.Select(Of)], AdvisoriesOf(reading), [.. (reading.Index.Quarantined ?? []).Select(one => $"{one.Slug}@{one.Version}")]);

    private static int AdvisoriesOf(BundleReading reading) => reading.Index!.Advisories?.Sum(part => part.Count) ?? 0;

    private static Bundled Of(BundleVersion version) => new(version.Slug, version.Version, version.Digest, version.TrustLevel);

    private sealed record ExportRequest(IReadOnlyList<string> Plugins, bool WithDependencies, bool WithAdvisories);

    private sealed record ImportAnswer(string Source, bool DryRun, int Refused, IReadOnlyList<Imported> Versions, ImportedAdvisories? Advisories, IReadOnlyList<string>? Quarantined,
        IReadOnlyList<LiftedMark>? Lifted, KeyChanges? Keys, IReadOnlyList<string>? Left, string? KnownAs);

    private sealed record LiftedMark(string Slug, string Version, string Mark);

    private sealed record KeyChanges(IReadOnlyList<string> Retired, IReadOnlyList<string> Revoked);

    private sealed record ImportedAdvisories(int Imported, int Unchanged, int Unreadable, int Affected);

    private sealed record Imported(string Slug, string Version, string State, string? Code, string? Detail);

    private sealed record Bundled(string Slug, string Version, string Digest, string TrustLevel);

    private sealed record BundleOutput(string File, string Source, string SignedBy, IReadOnlyList<Bundled> Versions, int Advisories, IReadOnlyList<string> Quarantined) : JsonOutput;

    private sealed record PlanOutput(JsonElement Plan) : JsonOutput;

    private sealed record ImportOutput(string Source, bool DryRun, IReadOnlyList<Imported> Versions, ImportedAdvisories? Advisories, IReadOnlyList<string> Quarantined,
        IReadOnlyList<LiftedMark> Lifted, KeyChanges? Keys, IReadOnlyList<string> Left) : JsonOutput;

    private sealed record KeysOutput(JsonElement Keys) : JsonOutput;
}
