using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Cli.Serving;

namespace Berth.Cli.Commands;

/// <summary>
/// <c>berth config</c>: without a plugin, what a server has in force and where each value came from; with one, the caller's
/// settings of it. A secret is never taken from the arguments, which others on the machine can see.
/// </summary>
internal static class ConfigCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        slug.Arity = ArgumentArity.ZeroOrOne;
        var values = Assignments(ArgumentArity.ZeroOrMore);
        var secrets = Secrets();
        var running = new Option<bool>("--running") { Description = "Ask the running server instead of looking at what one started here would have (administrators)" };
        var command = new Command("config", "Show the server's settings, or show and change those of one of your plugins")
        {
            slug, values, secrets, running, Get(runner), Set(runner), Unset(runner),
        };
        return runner.Bind(command, (context, cancellationToken) => context.Get(slug) is not { Length: > 0 } plugin
            ? ShowServerAsync(context, context.Get(running), cancellationToken)
            : context.Get(values) is { Length: > 0 } || context.Get(secrets) is { Length: > 0 }
                ? SetAsync(context, plugin, context.Get(values) ?? [], context.Get(secrets) ?? [], cancellationToken)
                : ShowAsync(context, plugin, null, cancellationToken));
    }

    private static Command Get(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var name = new Argument<string?>("name") { Description = "One setting, for example sortBy or server.host", Arity = ArgumentArity.ZeroOrOne };
        return runner.Bind(new Command("get", "Show settings of one of your plugins") { slug, name }, (context, cancellationToken) =>
            ShowAsync(context, context.Get(slug)!, context.Get(name), cancellationToken));
    }

    private static Command Set(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var values = Assignments(ArgumentArity.ZeroOrMore);
        var secrets = Secrets();
        return runner.Bind(new Command("set", "Change settings of one of your plugins; the others stay") { slug, values, secrets }, (context, cancellationToken) =>
            SetAsync(context, context.Get(slug)!, context.Get(values) ?? [], context.Get(secrets) ?? [], cancellationToken));
    }

    private static Command Unset(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var names = new Argument<string[]>("names") { Description = "Settings, or secrets", Arity = ArgumentArity.OneOrMore };
        return runner.Bind(new Command("unset", "Back to the default; a secret is removed") { slug, names }, (context, cancellationToken) =>
        {
            var patch = new JsonObject();
            foreach (var name in context.Get(names) ?? [])
            {
                SettingNames.Put(patch, SettingNames.PointerOf(name), null);
            }

            return SendAsync(context, context.Get(slug)!, patch, cancellationToken);
        });
    }

    private static Argument<string[]> Assignments(ArgumentArity arity) => new("values") { Description = "NAME=VALUE, for example sortBy=title", Arity = arity };

    private static Option<string[]> Secrets() => new("--secret") { Description = "Ask for this secret, or read it from standard input, a line each; can be repeated", HelpName = "name" };

    private static async Task<ExitCode> ShowServerAsync(CommandContext context, bool isRunning, CancellationToken cancellationToken)
    {
        var settings = isRunning
            ? await context.Report.WatchAsync("Asking the server", (await context.HostAsync(cancellationToken)).ServerSettingsAsync(cancellationToken))
            : await LocalServer.SettingsAsync(context, cancellationToken);
        context.Report.Table(
            new ServerSettingsOutput(settings), ["NAME", "VALUE", "FROM"], [.. settings.Select(one => (IReadOnlyList<string>)[one.Name, one.Value, one.Source])]);
        return ExitCode.Done;
    }

    private static async Task<ExitCode> ShowAsync(CommandContext context, string slug, string? name, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        var settings = await context.Report.WatchAsync($"Reading the settings of {slug}", host.SettingsAsync(slug, cancellationToken));
        var own = SettingNames.Leaves(settings.Own).Select(leaf => leaf.Pointer).ToHashSet(StringComparer.Ordinal);
        var rows = SettingNames.Leaves(settings.Config).Where(leaf => leaf.Pointer.Length > 0)
            .Select(leaf => (leaf.Pointer, Value: SettingNames.Text(leaf.Value), From: own.Contains(leaf.Pointer) ? "you" : "default"))
            .Concat(settings.Secrets.Select(secret => (Pointer: secret.Key, Value: secret.Value ? "(secret, set)" : "(secret, not set)", From: secret.Value ? "you" : "")))
            .ToList();
        if (name is not null)
        {
            var pointer = SettingNames.PointerOf(name);
            rows = [.. rows.Where(row => string.Equals(row.Pointer, pointer, StringComparison.Ordinal) || row.Pointer.StartsWith(pointer + "/", StringComparison.Ordinal))];
            if (rows.Count == 0)
            {
                throw new CommandFailedException(ExitCode.NotFound, "client.setting.unknown", $"{slug} has no setting {name}, or it is not set and has no default.", $"See `berth config {slug}`.");
            }

            if (rows is [var one] && one.Pointer == pointer)
            {
                context.Report.Data(new SettingOutput(slug, SettingNames.NameOf(one.Pointer), settings.Secrets.ContainsKey(one.Pointer) ? null : one.Value, settings.Secrets.TryGetValue(one.Pointer, out var isSet) ? isSet : null), one.Value);
                return ExitCode.Done;
            }
        }

        context.Report.Table(
            new SettingsOutput(settings.PluginSlug, settings.Config, settings.Own, settings.Secrets, settings.Schema), ["NAME", "VALUE", "FROM"],
            [.. rows.Select(row => (IReadOnlyList<string>)[SettingNames.NameOf(row.Pointer), row.Value, row.From])]);
        return ExitCode.Done;
    }

    private static async Task<ExitCode> SetAsync(
        CommandContext context, string slug, string[] values, string[] secrets, CancellationToken cancellationToken)
    {
        if (values.Length + secrets.Length == 0)
        {
            throw new CommandFailedException(ExitCode.Usage, "client.setting.form", "Nothing is to be set.", "Write NAME=VALUE, or --secret NAME.");
        }

        var host = await context.HostAsync(cancellationToken);
        var settings = await context.Report.WatchAsync($"Reading the settings of {slug}", host.SettingsAsync(slug, cancellationToken));
        var patch = new JsonObject();
        foreach (var (name, text) in values.Select(SettingNames.Split))
        {
            var pointer = SettingNames.PointerOf(name);
            if (settings.Secrets.ContainsKey(pointer))
            {
                throw new CommandFailedException(
                    ExitCode.Usage, "client.setting.secret", $"{name} is a secret, and others on this machine can read what a command was started with. Consider this one seen.",
                    $"berth config set {slug} --secret {name}, which asks for it or reads it from standard input.");
            }

            SettingNames.Put(patch, pointer, SettingNames.Value(name, text, SettingNames.SchemaOf(settings.Schema, pointer)));
        }

        foreach (var name in secrets)
        {
            var text = context.Prompt.IsPossible
                ? await context.Prompt.SecretAsync(name, "Pipe it in.", cancellationToken)
                : await context.Prompt.ReadLineAsync(name, cancellationToken);
            SettingNames.Put(patch, SettingNames.PointerOf(name), JsonValue.Create(text));
        }

        return await SendAsync(context, slug, patch, cancellationToken);
    }

    private static async Task<ExitCode> SendAsync(CommandContext context, string slug, JsonObject patch, CancellationToken cancellationToken)
    {
        var host = await context.HostAsync(cancellationToken);
        if (context.IsDryRun)
        {
            var plan = await context.Report.WatchAsync("Asking", host.PlanSettingsAsync(slug, patch, cancellationToken));
            var notes = (plan.Notes ?? []).Select(PlanView.Text).ToList();
            context.Report.Data(new ChangedOutput(slug, [], notes, true), notes);
            return ExitCode.Done;
        }

        var changed = await context.Report.WatchAsync($"Configuring {slug}", host.PatchSettingsAsync(slug, patch, cancellationToken));
        var names = changed.Select(SettingNames.NameOf).ToList();
        context.Report.Result(new ChangedOutput(slug, names, null, null), names.Count == 0 ? $"{slug}: this was so already." : $"{slug}: changed {string.Join(", ", names)}.");
        return ExitCode.Done;
    }

    private sealed record ServerSettingsOutput(IReadOnlyList<ServerSetting> Settings) : JsonOutput;

    private sealed record SettingOutput(string Slug, string Name, string? Value, bool? IsSet) : JsonOutput;

    private sealed record SettingsOutput(string Slug, JsonElement Config, JsonElement Own, IReadOnlyDictionary<string, bool> Secrets, JsonElement? Schema) : JsonOutput;

    private sealed record ChangedOutput(string Slug, IReadOnlyList<string> Changed, IReadOnlyList<string>? Notes, bool? DryRun) : JsonOutput;
}
