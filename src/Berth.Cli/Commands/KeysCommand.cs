using System.CommandLine;
using Berth.Cli.Output;
using Berth.Cli.Signing;
using Berth.Packaging.Signing;

namespace Berth.Cli.Commands;

/// <summary><c>berth keys new|import|export|list|register|retire|revoke|countersign</c>: your signing keys, here and at the registry.</summary>
internal static class KeysCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) =>
        new("keys", "Make, import and export signing keys, and tell the registry about them")
        {
            New(runner),
            Import(runner),
            Export(runner),
            KeysRegistryCommand.List(runner),
            KeysRegistryCommand.Register(runner),
            KeysRegistryCommand.Retire(runner),
            KeysRegistryCommand.Revoke(runner),
            KeysCountersignCommand.Create(runner),
        };

    private static Command New(CommandRunner runner)
    {
        var algorithm = Algorithm("What the key signs with: ES256, ES512, RS256 or RS512 [default: ES256]");
        var bits = new Option<int?>("--bits") { Description = "Size of an RSA key, 2048 to 8192 [default: 3072]", HelpName = "n" };
        return runner.Bind(new Command("new", "Make a key of your own, without a network") { algorithm, bits }, (context, _) =>
        {
            var chosen = Chosen(context.Get(algorithm)) ?? SignatureAlgorithm.ES256;
            if (context.Get(bits) is { } size && (chosen.Name[0] != 'R' || size is < 2048 or > 8192))
            {
                throw new CommandFailedException(ExitCode.Usage, "client.key.bits", "--bits is for RSA keys, from 2048 to 8192.");
            }

            if (context.IsDryRun)
            {
                context.Report.Result(new DryRunOutput($"make {chosen} key"), $"Would make a key for {chosen}.");
                return Task.FromResult(ExitCode.Done);
            }

            using var key = SigningKey.Create(chosen, context.Get(bits) ?? 3072);
            Keep(context, key);
            return Task.FromResult(ExitCode.Done);
        });
    }

    private static Command Import(CommandRunner runner)
    {
        var file = new Argument<FileInfo>("file") { Description = "A private key: PEM (not encrypted) or JWK" };
        var algorithm = Algorithm("What an RSA key signs with: RS256 or RS512 [default: what a JWK says, or RS256]");
        return runner.Bind(new Command("import", "Keep a private key that you have") { file, algorithm }, (context, _) =>
        {
            using var key = KeyFolder.Read(context.Get(file)!.FullName, Chosen(context.Get(algorithm)));
            if (context.IsDryRun)
            {
                context.Report.Result(new DryRunOutput($"import key {key.Public.Thumbprint}"), $"Would import the key {key.Public.Thumbprint} ({key.Public.Algorithm}).");
            }
            else
            {
                Keep(context, key);
            }

            return Task.FromResult(ExitCode.Done);
        });
    }

    private static Command Export(CommandRunner runner)
    {
        var kid = new Argument<string?>("kid") { Description = "Beginning of the key's id [default: your only key]", Arity = ArgumentArity.ZeroOrOne };
        var pem = new Option<bool>("--pem") { Description = "As PEM instead of JWK" };
        var secret = new Option<bool>("--private") { Description = "The private key, as PEM" };
        return runner.Bind(new Command("export", "Print a key's public part") { kid, pem, secret }, (context, _) =>
        {
            using var key = new KeyFolder(context.Profiles).Load(context.Get(kid));
            var text = context.Get(secret) ? key.ToPem() : context.Get(pem) ? key.Public.ToPem() : key.Public.ToJwk();
            context.Report.Data(new KeyOutput(key.Public.Thumbprint, key.Public.Algorithm.Name, text), text.Split('\n'));
            return Task.FromResult(ExitCode.Done);
        });
    }

    private static void Keep(CommandContext context, SigningKey key)
    {
        new KeyFolder(context.Profiles).Save(key);
        context.Report.Say($"Tell the registry about it with `berth keys register {key.Public.Thumbprint}`.");
        context.Report.Data(new KeyOutput(key.Public.Thumbprint, key.Public.Algorithm.Name, null), key.Public.Thumbprint);
    }

    private static Option<string?> Algorithm(string description) => new("--algorithm") { Description = description, HelpName = "alg" };

    private static SignatureAlgorithm? Chosen(string? name) => name is null ? null
        : SignatureAlgorithm.Find(name.ToUpperInvariant())
        ?? throw new CommandFailedException(ExitCode.Usage, "client.key.algorithm", $"\"{name}\" is not one of {string.Join(", ", SignatureAlgorithm.All)}.");

    private sealed record KeyOutput(string Kid, string Algorithm, string? Key) : JsonOutput;
}
