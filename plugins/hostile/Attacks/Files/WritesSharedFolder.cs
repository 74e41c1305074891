namespace Hostile.Attacks.Files;

public sealed class WritesSharedFolder : Attack
{
    public override string Title => "writes to a folder that all users of the machine share";

    protected override string Run(Target target)
    {
        string? last = null;
        foreach (var folder in target.SharedFolders)
        {
            try
            {
                File.WriteAllText(Path.Combine(folder, target.Secret), "hostile");
                return $"reached: {folder}";
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                last = exception.Message;
            }
        }

        return $"stopped: {last}";
    }
}
