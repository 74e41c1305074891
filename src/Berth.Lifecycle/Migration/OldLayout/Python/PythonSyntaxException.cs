namespace Berth.Lifecycle.Migration.OldLayout.Python;

/// <summary>The text is not what Python's grammar allows there, or breaks a bound; the value it stands in is not read.</summary>
internal sealed class PythonSyntaxException(string message, int position) : Exception(message)
{
    /// <summary>Where in the text, in characters.</summary>
    public int Position { get; } = position;
}
