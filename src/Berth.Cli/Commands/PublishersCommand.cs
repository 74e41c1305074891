using System.CommandLine;
using Berth.Cli.Http;
using Berth.Cli.Output;

namespace Berth.Cli.Commands;

/// <summary><c>berth publishers …</c>: who owns slugs, who belongs to them, and how they prove who they are.</summary>
internal static class PublishersCommand
{
    private static readonly string[] Roles = ["owner", "admin", "maintainer", "viewer"];

    /// <summary>The command.</summary>
    public static Command Create(CommandRunner runner) =>
        new("publishers", "Publishers of the registry: organisations, their members, prefixes, proofs and plugins")
        {
            List(runner),
            Show(runner),
            Add(runner),
            Invite(runner),
            Answer(runner),
            Prefix(runner),
            Verify(runner),
            Transfer(runner),
        };

    private static Command List(CommandRunner runner) => runner.Bind(new Command("list", "All publishers"), async (context, cancellationToken) =>
    {
        var registry = await context.RegistryAsync(cancellationToken);
        var list = await context.Report.WatchAsync("Asking", registry.PublishersAsync(cancellationToken));
        context.Report.Table(
            new ListOutput(list), ["PUBLISHER", "NAME", "KIND", "VERIFIED", "PREFIXES"],
            [.. list.Select(one => (IReadOnlyList<string>)[one.Name, one.DisplayName ?? "", one.Kind ?? "", one.Verified ? "yes" : "", string.Join(' ', one.Prefixes ?? [])])]);
        return ExitCode.Done;
    });

    private static Command Show(CommandRunner runner)
    {
        var name = NameArgument();
        return runner.Bind(new Command("show", "A publisher and its plugins") { name }, async (context, cancellationToken) =>
        {
            var registry = await context.RegistryAsync(cancellationToken);
            var detail = await context.Report.WatchAsync("Asking", registry.PublisherAsync(context.Get(name)!, cancellationToken));
            var one = detail.Publisher;
            context.Report.Data(
                new ShowOutput(one, detail.Plugins),
                $"{one.Name} ({one.DisplayName}), {one.Kind}{(one.Verified ? ", verified" : "")}",
                $"prefixes: {(one.Prefixes is { Count: > 0 } prefixes ? string.Join(", ", prefixes) : "none")}",
                $"plugins: {(detail.Plugins.Count == 0 ? "none" : string.Join(", ", detail.Plugins))}");
            return ExitCode.Done;
        });
    }

    private static Command Add(CommandRunner runner)
    {
        var name = NameArgument();
        var title = new Option<string?>("--title") { Description = "The name that people read", HelpName = "text" };
        return Change(runner, new Command("add", "Make an organisation; you become its owner") { name, title }, context => (
            HttpMethod.Post, "/api/v1/publishers", new { name = context.Get(name), display_name = context.Get(title) }, $"the publisher {context.Get(name)} exists"));
    }

    private static Command Invite(CommandRunner runner)
    {
        var name = NameArgument();
        var user = new Argument<string>("user") { Description = "A user's id or name" };
        var role = new Option<string>("--role") { Description = "owner, admin, maintainer or viewer", DefaultValueFactory = _ => "maintainer", HelpName = "role" };
        role.AcceptOnlyFromAmong(Roles);
        return Change(runner, new Command("invite", "Invite somebody to an organisation") { name, user, role }, context => (
            HttpMethod.Post, PublishersApi.PathOf(context.Get(name)!, "invitations"), new { user = context.Get(user), role = context.Get(role) },
            $"{context.Get(user)} is invited to {context.Get(name)} as {context.Get(role)}"));
    }

    private static Command Answer(CommandRunner runner)
    {
        var id = new Argument<string>("id") { Description = "The id of an invitation or a transfer to you" };
        var decline = new Option<bool>("--decline") { Description = "Say no" };
        var transfer = new Option<bool>("--transfer") { Description = "The id is that of a transfer" };
        return Change(runner, new Command("accept", "Accept an invitation or a plugin") { id, decline, transfer }, context => (
            HttpMethod.Post,
            $"/api/v1/{(context.Get(transfer) ? "transfers" : "publisher-invitations")}/{Uri.EscapeDataString(context.Get(id)!)}/{(context.Get(decline) ? "decline" : "accept")}",
            null, $"{context.Get(id)} is {(context.Get(decline) ? "declined" : "accepted")}"), knowsDryRun: false);
    }

    private static Command Prefix(CommandRunner runner)
    {
        var name = NameArgument();
        var prefix = new Argument<string>("prefix") { Description = "The beginning of slugs, with its last character, for example acme." };
        var remove = new Option<bool>("--remove") { Description = "Give it free" };
        return Change(runner, new Command("prefix", "Keep new slugs with a beginning for a publisher") { name, prefix, remove }, context => context.Get(remove)
            ? (HttpMethod.Delete, PublishersApi.PathOf(context.Get(name)!, "prefixes", context.Get(prefix)!), null, $"{context.Get(prefix)} is free")
            : (HttpMethod.Post, PublishersApi.PathOf(context.Get(name)!, "prefixes"), new { prefix = context.Get(prefix) }, $"{context.Get(prefix)} is kept for {context.Get(name)}"));
    }

    private static Command Verify(CommandRunner runner)
    {
        var name = NameArgument();
        var subject = new Argument<string>("subject") { Description = "A domain, or https://github.com/OWNER/NAME" };
        var check = new Option<bool>("--check") { Description = "The line is in place: look for it now" };
        return runner.Bind(new Command("verify", "Prove that a domain or a repository is yours") { name, subject, check }, async (context, cancellationToken) =>
        {
            var (publisher, about) = (context.Get(name)!, context.Get(subject)!);
            var registry = await context.RegistryAsync(cancellationToken);
            var begun = await context.Report.WatchAsync("Asking", registry.BeginProofAsync(publisher, about.Contains("://", StringComparison.Ordinal) ? "repository" : "domain", about, cancellationToken));
            if (context.Get(check) && begun.Proof is { } proof)
            {
                await context.Report.WatchAsync("Looking", registry.ChangePublisherAsync(
                    HttpMethod.Post, PublishersApi.PathOf(publisher, "proofs", proof.Id, "check"), null, isDryRun: false, cancellationToken));
            }

            context.Report.Result(
                new VerifyOutput(publisher, begun.Proof, context.Get(check)),
                context.Get(check) ? $"{publisher} is verified by {about}." : begun.Next ?? "");
            return ExitCode.Done;
        });
    }

    private static Command Transfer(CommandRunner runner)
    {
        var slug = SlugArgument.Create();
        var to = new Argument<string>("to") { Description = "A publisher's name, or a user's id or name" };
        return Change(runner, new Command("transfer", "Offer one of your plugins to another publisher") { slug, to }, context => (
            HttpMethod.Post, RegistryApi.PathOf(context.Get(slug)!) + "/transfer", new { to = context.Get(to) }, $"{context.Get(slug)} is offered to {context.Get(to)}, or theirs already if you could accept it yourself"));
    }

    private static Command Change(
        CommandRunner runner, Command command, Func<CommandContext, (HttpMethod Method, string Path, object? Body, string Done)> of, bool knowsDryRun = true) =>
        runner.Bind(command, async (context, cancellationToken) =>
        {
            var (method, path, body, done) = of(context);
            if (context.IsDryRun && !knowsDryRun)
            {
                context.Report.Result(new ChangeOutput(null, true), $"Would do: {done}.");
                return ExitCode.Done;
            }

            var registry = await context.RegistryAsync(cancellationToken);
            var answer = await context.Report.WatchAsync("Changing", registry.ChangePublisherAsync(method, path, body, context.IsDryRun, cancellationToken));
            context.Report.Result(new ChangeOutput(answer, context.IsDryRun ? true : null), context.IsDryRun ? $"Would do: {done}." : $"Done: {done}.");
            return ExitCode.Done;
        });

    private static Argument<string> NameArgument() => new("name") { Description = "The publisher's name" };

    private sealed record ListOutput(IReadOnlyList<PublisherEntry> Publishers) : JsonOutput;

    private sealed record ShowOutput(PublisherEntry Publisher, IReadOnlyList<string> Plugins) : JsonOutput;

    private sealed record VerifyOutput(string Publisher, ProofEntry? Proof, bool Checked) : JsonOutput;

    private sealed record ChangeOutput(System.Text.Json.JsonElement? Answer, bool? DryRun) : JsonOutput;
}
