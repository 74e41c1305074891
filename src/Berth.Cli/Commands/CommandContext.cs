using System.CommandLine;
using System.Text.RegularExpressions;
using Berth.Cli.Http;
using Berth.Cli.Output;
using Berth.Cli.Profiles;

namespace Berth.Cli.Commands;

/// <summary>What a command works with: its arguments, the way out, the questions, and the servers.</summary>
internal sealed partial class CommandContext : IDisposable
{
    private readonly GlobalOptions _options;
    private readonly Lazy<HttpClient> _http = new(NewHttpClient);
    private readonly Lazy<Session> _session;

    /// <summary>Reads the global options.</summary>
    public CommandContext(ParseResult parsed, GlobalOptions options, Terminal terminal)
    {
        _options = options;
        Parsed = parsed;
        Terminal = terminal;
        Report = new Report(terminal, parsed.GetValue(options.Json), parsed.GetValue(options.Quiet));
        Prompt = new Prompt(terminal, parsed.GetValue(options.Yes), parsed.GetValue(options.NoInput));
        Profiles = ProfileStore.Of(terminal.Variable);
        _session = new Lazy<Session>(() => OpenSession());
    }

    /// <summary>The arguments.</summary>
    public ParseResult Parsed { get; }

    /// <summary>The terminal.</summary>
    public Terminal Terminal { get; }

    /// <summary>The way out.</summary>
    public Report Report { get; }

    /// <summary>The way to ask.</summary>
    public Prompt Prompt { get; }

    /// <summary>The user's profiles.</summary>
    public ProfileStore Profiles { get; }

    /// <summary>Whether nothing may be changed.</summary>
    public bool IsDryRun => Parsed.GetValue(_options.DryRun);

    /// <summary>The longest wait for one answer.</summary>
    public TimeSpan Timeout => Parsed.GetValue(_options.Timeout) ?? TimeSpan.FromSeconds(100);

    /// <summary>Whether this very call names a server; the environment and profiles do not count.</summary>
    public bool NamesServer => Parsed.GetValue(_options.Server) is not null;

    /// <summary>Server, profile and token in force.</summary>
    public Session Session => _session.Value;

    /// <summary>The same, for commands that may make a profile, optionally for a server that an argument names.</summary>
    public Session OpenSession(string? server = null, bool mayBeNew = false)
    {
        if (PrivateFile.IsOpenToOthers(Profiles.CredentialsFile))
        {
            Report.Warn($"others on this machine can read your tokens; close the file with: chmod 600 {Profiles.CredentialsFile}");
        }

        return Session.Open(Profiles, Terminal.Variable, Parsed.GetValue(_options.Profile), server ?? Parsed.GetValue(_options.Server), mayBeNew);
    }

    /// <summary>The value of an argument.</summary>
    public T? Get<T>(Argument<T> argument) => Parsed.GetValue(argument);

    /// <summary>The value of an option.</summary>
    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    /// <summary>A connection with a token of its own or none, as the caller and for nobody else.</summary>
    public ApiConnection Connect(Uri server, string? token) => new(_http.Value, server, token, actFor: null, Timeout);

    /// <summary>The host, as the caller or, with <c>--user</c>, for somebody else.</summary>
    public async Task<ApiConnection> HostAsync(CancellationToken cancellationToken)
    {
        var asCaller = Connect(Session.Server, Session.Token);
        return Parsed.GetValue(_options.User) is { } user
            ? new ApiConnection(_http.Value, Session.Server, Session.Token, await UserIdAsync(asCaller, user, cancellationToken), Timeout)
            : asCaller;
    }

    /// <summary>The registry, as the caller.</summary>
    public async Task<ApiConnection> RegistryAsync(CancellationToken cancellationToken)
    {
        var server = Connect(Session.Server, Session.Token);
        var address = await RegistryAddress.FindAsync(server, cancellationToken);
        return address == server.Server ? server : Connect(address, Session.Token);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_http.IsValueCreated)
        {
            _http.Value.Dispose();
        }
    }

    /// <summary>The id of a user that is named by id or by name.</summary>
    public static async Task<string> UserIdAsync(ApiConnection host, string user, CancellationToken cancellationToken)
    {
        if (UserIdPattern().IsMatch(user))
        {
            return user;
        }

        await foreach (var known in host.UsersAsync(cancellationToken))
        {
            if (string.Equals(known.Username, user, StringComparison.OrdinalIgnoreCase))
            {
                return known.Id;
            }
        }

        throw new CommandFailedException(ExitCode.NotFound, "client.user.unknown", $"There is no user \"{user}\".", "See `berth users list`.");
    }

    private static HttpClient NewHttpClient()
    {
        var handler = new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.All, AllowAutoRedirect = false };
        var client = new HttpClient(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = 64 * 1024 * 1024 };
        client.DefaultRequestHeaders.UserAgent.ParseAdd("berth-cli/" + VersionCommand.OfThisBuild);
        return client;
    }

    [GeneratedRegex("^[0-9a-f]{32}$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex UserIdPattern();
}
