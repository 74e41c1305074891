namespace Berth.Lifecycle.Store;

/// <summary>Which registry packages come from, when it is not in this process.</summary>
public sealed record HttpPackageSourceOptions
{
    /// <summary>The registry's address, for example <c>http://localhost:6001</c>.</summary>
    public required Uri Registry { get; init; }

    /// <summary>A personal access token, when the registry asks for one.</summary>
    public string? Token { get; init; }

    /// <summary>How long the registry may take until its answer begins. Default 10 seconds.</summary>
    public TimeSpan AnswerTimeLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long to wait before the one repetition. Default 200 milliseconds.</summary>
    public TimeSpan RetryPause { get; init; } = TimeSpan.FromMilliseconds(200);
}
