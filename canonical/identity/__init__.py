"""Who is who: which source projects are one project, which accounts one person, and what each reference names."""
