using System.CommandLine;
using System.Text.Json;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Cli.Signing;

namespace Berth.Cli.Commands;

/// <summary>The part of <c>berth keys</c> that speaks with the registry.</summary>
internal static class KeysRegistryCommand
{
    /// <summary><c>berth keys list</c>.</summary>
    public static Command List(CommandRunner runner)
    {
        var registry = new Option<bool>("--registry") { Description = "The registry's records instead of your own keys" };
        var set = new Option<bool>("--jwks") { Description = "With --registry: the registry's own keys as a JWK set, for BERTH_TRUSTED_KEYS" };
        return runner.Bind(new Command("list", "List your keys, or the registry's records") { registry, set }, async (context, cancellationToken) =>
        {
            if (context.Get(registry))
            {
                var connection = await context.RegistryAsync(cancellationToken);
                Show(context, await context.Report.WatchAsync("Asking", connection.KeysAsync(cancellationToken)), context.Get(set));
            }
            else
            {
                var keys = new KeyFolder(context.Profiles).List();
                context.Report.Table(
                    new OwnKeysOutput([.. keys.Select(key => new OwnKey(key.Thumbprint, key.Algorithm.Name, key.Bits))]),
                    ["KEY", "ALGORITHM", "BITS"],
                    [.. keys.Select(key => (IReadOnlyList<string>)[key.Thumbprint, key.Algorithm.Name, $"{key.Bits}"])]);
            }

            return ExitCode.Done;
        });
    }

    /// <summary><c>berth keys register</c>.</summary>
    public static Command Register(CommandRunner runner)
    {
        var kid = new Argument<string?>("kid") { Description = "Beginning of the key's id [default: your only key]", Arity = ArgumentArity.ZeroOrOne };
        var name = new Option<string?>("--name") { Description = "What you call it, for example the machine it is on", HelpName = "name" };
        return runner.Bind(new Command("register", "Tell the registry a key's public part") { kid, name }, async (context, cancellationToken) =>
        {
            using var key = new KeyFolder(context.Profiles).Load(context.Get(kid));
            if (context.IsDryRun)
            {
                context.Report.Result(new DryRunOutput($"register key {key.Public.Thumbprint}"), $"Would register the key {key.Public.Thumbprint}.");
                return ExitCode.Done;
            }

            var registry = await context.RegistryAsync(cancellationToken);
            var made = await context.Report.WatchAsync("Registering", registry.RegisterKeyAsync(key, context.Get(name), cancellationToken));
            context.Report.Result(new ChangedKeyOutput(made.Kid, made.State, [], null), $"The registry knows the key {made.Kid} ({made.Algorithm}) as yours.");
            return ExitCode.Done;
        });
    }

    /// <summary><c>berth keys retire</c>.</summary>
    public static Command Retire(CommandRunner runner)
    {
        var kid = Kid();
        return runner.Bind(new Command("retire", "Put a key away: it signs nothing more, what it signed stays valid") { kid }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            Changed(context, await registry.RetireKeyAsync(context.Get(kid)!, context.IsDryRun, cancellationToken), "retire");
            return ExitCode.Done;
        });
    }

    /// <summary><c>berth keys revoke</c>.</summary>
    public static Command Revoke(CommandRunner runner)
    {
        var kid = Kid();
        var since = new Option<DateTimeOffset?>("--since") { Description = "From when on its signatures do not count [default: now]", HelpName = "time" };
        var reason = new Option<string?>("--reason") { Description = "Why", HelpName = "text" };
        return runner.Bind(new Command("revoke", "Say since when a key's signatures do not count") { kid, since, reason }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            if (!context.IsDryRun)
            {
                var plan = await registry.RevokeKeyAsync(context.Get(kid)!, context.Get(since), context.Get(reason), dryRun: true, cancellationToken);
                await ConfirmAsync(context, plan, cancellationToken);
            }

            Changed(context, await registry.RevokeKeyAsync(context.Get(kid)!, context.Get(since), context.Get(reason), context.IsDryRun, cancellationToken), "revoke");
            return ExitCode.Done;
        });
    }

    private static async Task ConfirmAsync(CommandContext context, RegistryKeyChange plan, CancellationToken cancellationToken)
    {
        var broken = plan.SignaturesBroken ?? [];
        context.Report.Say(broken.Count == 0 ? "No version loses a signature." : $"These versions lose a signature: {string.Join(", ", broken)}.");
        if (!context.Prompt.IsYes && !context.Prompt.IsPossible)
        {
            throw new CommandFailedException(
                ExitCode.Usage, "client.confirmation.needed", "A revocation cannot be undone, and nobody is here to confirm it.", "Confirm it with --yes.");
        }

        if (!await context.Prompt.ConfirmAsync($"A revocation cannot be undone. Revoke {plan.Key.Kid}?", cancellationToken))
        {
            throw new CommandFailedException(ExitCode.Declined, "client.declined", "Declined. Nothing was changed.");
        }
    }

    private static void Show(CommandContext context, IReadOnlyList<RegistryKeyRecord> keys, bool asSet)
    {
        if (asSet)
        {
            var own = keys.Where(key => key.Registry).Select(key => key.Jwk).ToList();
            context.Report.Data(new KeySetOutput(own), JsonSerializer.Serialize(new { keys = own }));
            return;
        }

        context.Report.Table(
            new RegistryKeysOutput(keys),
            ["KEY", "ALGORITHM", "STATE", "OWNER", "NAME"],
            [.. keys.Select(key => (IReadOnlyList<string>)[key.Kid, key.Algorithm, key.State, key.Registry ? "the registry" : key.Owner ?? "", key.Name ?? ""])]);
    }

    private static void Changed(CommandContext context, RegistryKeyChange change, string what)
    {
        var broken = change.SignaturesBroken ?? [];
        context.Report.Result(
            new ChangedKeyOutput(change.Key.Kid, change.Key.State, broken, context.IsDryRun ? true : null),
            $"{(context.IsDryRun ? $"Would {what}" : $"{char.ToUpperInvariant(what[0])}{what[1..]}d")} the key {change.Key.Kid}.{(broken.Count == 0 ? "" : $" Signatures that do not count any more: {string.Join(", ", broken)}.")}");
    }

    private static Argument<string> Kid() => new("kid") { Description = "The key's id, from `berth keys list --registry`" };

    private sealed record OwnKey(string Kid, string Algorithm, int Bits);

    private sealed record OwnKeysOutput(IReadOnlyList<OwnKey> Keys) : JsonOutput;

    private sealed record RegistryKeysOutput(IReadOnlyList<RegistryKeyRecord> Keys) : JsonOutput;

    private sealed record KeySetOutput(IReadOnlyList<JsonElement> Keys) : JsonOutput;

    private sealed record ChangedKeyOutput(string Kid, string State, IReadOnlyList<string> SignaturesBroken, bool? DryRun) : JsonOutput;
}
