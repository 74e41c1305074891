namespace Hostile.Attacks.Protocol;

public sealed class DeepDocuments : Attack
{
    private const int Longest = 900_000;

    public override string Title => "keeps documents that are bombs for whoever reads them";

    public override async Task<string?> RunAsync(HttpContext context, Target target)
    {
        var data = context.RequestServices.GetRequiredService<IUserData>();
        var (taken, refused) = (0, 0);
        foreach (var text in Deep.Texts(Longest))
        {
            try
            {
                await data.SetJsonAsync("deep", text, context.RequestAborted);
                taken++;
            }
            catch (ArgumentException)
            {
                refused++;
            }
        }

        return $"did: {taken} were taken, {refused} refused";
    }
}
